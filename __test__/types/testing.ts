// The types of testing.d.ts, as a test uses them.

import { createAuth } from "cognito-auth-native";
import {
  createTestPool,
  type TestAuthFlow,
  type TestPasskey,
  type TestPool,
  type TestUser,
} from "cognito-auth-native/testing.js";

export async function uses(): Promise<void> {
  const passkey: TestPasskey = {
    id: "AAAA",
    publicKey: { kty: "EC", crv: "P-256", x: "x", y: "y" },
  };
  const authFlows: TestAuthFlow[] = ["USER_SRP_AUTH", "USER_AUTH"];
  const theseus: TestUser = {
    username: "theseus",
    password: "Labyrinth1",
    groups: ["heroes"],
    attributes: { email: "theseus@example.com" },
  };
  const pool: TestPool = await createTestPool({
    users: [
      theseus,
      {
        username: "ariadne",
        temporaryPassword: "Labyrinth1",
        mfa: ["SMS_MFA"],
        preferredMfa: "SMS_MFA",
        passkeys: [passkey],
      },
    ],
    mfa: "OPTIONAL",
    passwordPolicy: { requireSymbols: true },
    refreshTokenRotation: { retryGracePeriodSeconds: 10 },
    authFlows,
    passkeys: { relyingPartyId: "localhost", userVerification: "required" },
    rememberDevices: true,
    limits: { UserAuthentication: 2 },
    customAuth: ({ username, session }) => ({ next: session.length > 0, answer: username }),
  });
  const auth = createAuth(pool.options);
  const { sub } = await auth.verifyToken(
    pool.idToken("theseus", { expiresIn: 60, "custom:a": "b" }),
  );
  createAuth(pool.offline).verifySync(pool.accessToken(theseus, { scope: undefined }), {
    use: "access",
  });
  const environment: Record<string, string> = pool.environment;
  const keys: string[] = pool.jwks().keys.map(({ kid, n }) => kid + n);
  const codes: (string | undefined)[] = pool.outbox.map(({ code }) => code);
  const invitations: (string | undefined)[] = pool.outbox.map(
    (message) => message.temporaryPassword,
  );
  const signed: boolean[] = pool.requests.map((request) => request.signed);
  const user: TestUser | undefined = pool.users.get("theseus");
  pool.addUser({ username: "minos" });
  pool.sign({ sub }, { header: { kid: "x" } });
  pool.down("keys", "reset");
  pool.down("SignUp", 500);
  pool.up();
  pool.failNext("AdminInitiateAuth", "TooManyRequestsException", "Rate exceeded");
  pool.failNext("AdminInitiateAuth", "InternalErrorException", "No.", 500);
  pool.advance(60);
  await pool.rotateKeys({ fresh: true });
  console.log(
    environment,
    keys,
    codes,
    invitations,
    signed,
    user,
    pool.totp("theseus"),
    pool.stop(),
  );
  await pool[Symbol.asyncDispose]();
}

export async function misuses(): Promise<void> {
  // @ts-expect-error: an unknown option
  await createTestPool({ user: [] });
  // @ts-expect-error: no such status
  await createTestPool({ users: [{ username: "theseus", status: "ARCHIVED" }] });
  // @ts-expect-error: no such outage
  (await createTestPool()).down("keys", "slow");
}
