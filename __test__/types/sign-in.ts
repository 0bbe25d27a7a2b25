// Signing in, as programs have it. Compiled by types.spec.js; never run.

import {
  type Auth,
  AuthError,
  type AuthFlow,
  type Challenge,
  createAuth,
  type OtherChallenge,
  type Tokens,
} from "cognito-auth-native";
import { expectTypeOf } from "expect-type";

declare const prompt: (question: string) => Promise<string>;
declare const binding: string;
declare const credential: object;
const auth: Auth = createAuth({ authFlow: "USER_SRP_AUTH", stateKey: ["a", "b"], refreshReuse: 5 });
createAuth({ clientSecret: null, stateKey: null });

expectTypeOf(auth.signIn).returns.resolves.toEqualTypeOf<Tokens | Challenge>();
expectTypeOf(auth.resume).returns.toEqualTypeOf<Challenge>();
expectTypeOf(auth.refresh).returns.resolves.toEqualTypeOf<Tokens>();
expectTypeOf(auth.signOut).returns.resolves.toEqualTypeOf<void>();
expectTypeOf<AuthError["challenge"]>().toEqualTypeOf<Challenge | undefined>();

export async function all(flow: AuthFlow): Promise<string> {
  let step = await auth.signIn("theseus", "Labyrinth1", { authFlow: flow });
  while (!step.signedIn) step = await step.answer(await prompt(step.name));
  return step.idToken;
}

export async function steps(form: { username: string; password: string; value: string }) {
  const step = await auth.signIn(form.username, form.password, {
    clientMetadata: { from: "web" },
    visitor: {
      ip: "192.0.2.1",
      headers: { "user-agent": "x", accept: ["a", "b"], via: undefined },
    },
  });
  // @ts-expect-error a challenge has no token
  step.idToken;
  if (step.signedIn) return { token: step.idToken, until: step.expiresAt };
  // @ts-expect-error only some challenges have it
  step.requiredAttributes;
  if (step.name === "NEW_PASSWORD_REQUIRED") {
    expectTypeOf(step.requiredAttributes).toEqualTypeOf<string[]>();
    await step.answer("New-Labyrinth2", { attributes: { given_name: "Ariadne" }, allow: ["name"] });
  } else if (step.name === "MFA_SETUP") {
    expectTypeOf(step.choices).toEqualTypeOf<string[]>();
    const setup = await step.answer("SOFTWARE_TOKEN_MFA");
    if (!setup.signedIn && setup.name === "MFA_SETUP") setup.totp?.uri.length;
  } else if (step.name === "CUSTOM_CHALLENGE") {
    expectTypeOf(step.parameters).toEqualTypeOf<Record<string, string>>();
  } else if (step.name === "SMS_MFA" || step.name === "EMAIL_OTP") {
    step.sent?.to.length;
  } else if (step.name === "WEB_AUTHN") {
    await step.answer(credential);
  }
  const state: string = step.save({ binding });
  const { answer, answerRaw, save } = auth.resume(state, { binding });
  await answer(form.value);
  await answerRaw({ ANSWER: "42" });
  return save();
}

export const other = (step: Challenge): OtherChallenge | undefined => {
  switch (step.name) {
    case "NEW_PASSWORD_REQUIRED":
    case "MFA_SETUP":
    case "SELECT_CHALLENGE":
    case "SELECT_MFA_TYPE":
    case "PASSWORD":
    case "PASSWORD_SRP":
    case "WEB_AUTHN":
    case "CUSTOM_CHALLENGE":
    case "EMAIL_OTP":
    case "SMS_MFA":
    case "SMS_OTP":
    case "SOFTWARE_TOKEN_MFA":
      return undefined;
    default:
      return step;
  }
};

export async function handle(caught: unknown, token: string) {
  if (AuthError.is(caught) && caught.reason === "challenge-required")
    await caught.challenge?.answer("1");
  const tokens = await auth.refresh(token, { deviceKey: "d", clientMetadata: { a: "b" } });
  await auth.signOut(tokens.refreshToken, { signal: AbortSignal.abort() });
}

// @ts-expect-error the password is missing
auth.signIn("theseus");
// @ts-expect-error a passwordless sign-in is another function
auth.signIn("theseus", undefined);
// @ts-expect-error an object is no password
auth.signIn("theseus", { authFlow: "CUSTOM_AUTH" });
// @ts-expect-error no flow
auth.signIn("theseus", "Labyrinth1", { authFlow: "PASSWORD" });
