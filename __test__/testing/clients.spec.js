"use strict";

// The clients that applications have beside this package, on the pool: amazon-cognito-identity-js signs in, aws-jwt-verify verifies.

const cognito = require("amazon-cognito-identity-js");
const { CognitoJwtVerifier } = require("aws-jwt-verify");
const { startPool } = require("../support/test-pool.js");

const PASSWORD = "Labyrinth1";

let pool;
beforeAll(async () => {
  pool = await startPool({
    mfa: "OPTIONAL",
    users: [
      { username: "theseus", password: PASSWORD, groups: ["heroes"] },
      { username: "ariadne", temporaryPassword: PASSWORD },
      { username: "daedalus", password: PASSWORD, totpSecret: "JBSWY3DPEHPK3PXP" },
    ],
  });
});
afterAll(() => pool.stop());

/** Signs in by SRP. `answers` are callbacks for challenges, and get the user and the callbacks. */
function signIn(username, password, answers = {}) {
  const { userPoolId: UserPoolId, clientId: ClientId, endpoint } = pool;
  const Pool = new cognito.CognitoUserPool({ UserPoolId, ClientId, endpoint });
  const user = new cognito.CognitoUser({ Username: username, Pool });
  const details = new cognito.AuthenticationDetails({ Username: username, Password: password });
  return new Promise((onSuccess, onFailure) => {
    const callbacks = { onSuccess, onFailure };
    for (const [name, answer] of Object.entries(answers)) {
      callbacks[name] = () => answer(user, callbacks);
    }
    user.authenticateUser(details, callbacks);
  });
}

/** aws-jwt-verify with the pool's keys, which it would fetch from AWS. */
function verifierFor(tokenUse) {
  const verifier = CognitoJwtVerifier.create({
    userPoolId: pool.userPoolId,
    clientId: pool.clientId,
    tokenUse,
  });
  verifier.cacheJwks(pool.jwks());
  return verifier;
}

async function check(session) {
  const id = await verifierFor("id").verify(session.getIdToken().getJwtToken());
  const access = await verifierFor("access").verify(session.getAccessToken().getJwtToken());
  expect(access.sub).toBe(id.sub);
  return id;
}

test("SRP, and the tokens", async () => {
  const claims = await check(await signIn("theseus", PASSWORD));
  expect(claims).toMatchObject({ "cognito:username": "theseus", "cognito:groups": ["heroes"] });
});

test("a new password", async () => {
  const newPasswordRequired = (user, callbacks) =>
    user.completeNewPasswordChallenge("RedThread2", {}, callbacks);
  const claims = await check(await signIn("ariadne", PASSWORD, { newPasswordRequired }));
  expect(claims["cognito:username"]).toBe("ariadne");
  await check(await signIn("ariadne", "RedThread2"));
});

test("an authenticator app", async () => {
  const totpRequired = (user, callbacks) =>
    user.sendMFACode(pool.totp("daedalus"), callbacks, "SOFTWARE_TOKEN_MFA");
  const claims = await check(await signIn("daedalus", PASSWORD, { totpRequired }));
  expect(claims["cognito:username"]).toBe("daedalus");
});

test("a wrong password", async () => {
  await expect(signIn("theseus", "wrong")).rejects.toMatchObject({
    code: "NotAuthorizedException",
    message: "Incorrect username or password.",
  });
});

test.each(["expiredToken", "forgedToken", "foreignToken"])(
  "aws-jwt-verify refuses %s",
  async (make) => {
    await expect(verifierFor("id").verify(pool[make]("theseus"))).rejects.toThrow(Error);
  },
);
