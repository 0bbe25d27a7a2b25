// What index.d.ts promises, as types. Compiled by types.spec.js for `require` and for `import`; never run.

import {
  type AccessTokenClaims,
  type Anonymous,
  type Answer,
  type Auth,
  AuthError,
  type AuthErrorOf,
  type Authenticated,
  type AuthenticateOptions,
  type AuthOptions,
  answerTo,
  type Claims,
  createAuth,
  createCognitoUser,
  fetchUserByUsername,
  type IdTokenClaims,
  JsonWebTokenError,
  type KeysFailure,
  type KeysStatus,
  login,
  NotBeforeError,
  type Reason,
  type Refused,
  type RequestLike,
  type StaticCredentials,
  TokenExpiredError,
  type VerifyPolicy,
  verifyToken,
} from "cognito-auth-native";
import { expectTypeOf } from "expect-type";

// The four functions.
expectTypeOf(createCognitoUser).toBeCallableWith("theseus", "Labyrinth1");
expectTypeOf(createCognitoUser).toBeCallableWith("theseus", "Labyrinth1", null, undefined);
expectTypeOf(createCognitoUser).toBeCallableWith("theseus", "Labyrinth1", "t@example.com", "+1");
expectTypeOf(createCognitoUser).returns.resolves.toEqualTypeOf<{
  username: string;
  email: string | null | undefined;
  phoneNumber: string | null | undefined;
}>();
expectTypeOf(login).toBeCallableWith("theseus", "Labyrinth1");
expectTypeOf(login).toBeCallableWith("theseus", "Labyrinth1", { signal: AbortSignal.abort() });
expectTypeOf(login).returns.resolves.toBeString();
expectTypeOf(fetchUserByUsername).toBeCallableWith("theseus");
expectTypeOf(fetchUserByUsername).toBeCallableWith("theseus", { signal: AbortSignal.abort() });
expectTypeOf(fetchUserByUsername).returns.resolves.toEqualTypeOf<{
  username: string;
  phoneNumber: string;
}>();
expectTypeOf(verifyToken).toBeCallableWith("token");
expectTypeOf(verifyToken).toBeCallableWith("token", { signal: AbortSignal.abort() });
expectTypeOf(verifyToken).returns.resolves.toEqualTypeOf<IdTokenClaims>();

// @ts-expect-error a request's header may be missing, and verifyToken wants a string
verifyToken(undefined);
// @ts-expect-error the password is missing
login("theseus");
// @ts-expect-error no signal
login("theseus", "Labyrinth1", { signal: "SIGTERM" });

// Claims by `use`.
expectTypeOf(createAuth().verifyToken).returns.resolves.toEqualTypeOf<IdTokenClaims>();
const access = createAuth({ verify: { use: "access" } });
expectTypeOf(access.verifyToken).returns.resolves.toEqualTypeOf<AccessTokenClaims>();
expectTypeOf(access.verifySync("")).toEqualTypeOf<AccessTokenClaims>();
expectTypeOf(access.verifySync("", { use: "id" })).toEqualTypeOf<IdTokenClaims>();
expectTypeOf(access.verify("", { scopes: "a" })).resolves.toEqualTypeOf<AccessTokenClaims>();
const any = createAuth({ verify: { use: "any", clientId: null } });
expectTypeOf(any.verifyToken).returns.resolves.toEqualTypeOf<IdTokenClaims | AccessTokenClaims>();
const auth = createAuth({ userPoolId: "us-east-1_AbCdEfGhI" });
expectTypeOf(auth).toEqualTypeOf<Auth>();
expectTypeOf(auth.verify("")).resolves.toEqualTypeOf<IdTokenClaims>();
expectTypeOf(
  auth.verify("", { signal: AbortSignal.abort() }),
).resolves.toEqualTypeOf<IdTokenClaims>();
expectTypeOf(auth.ready).returns.resolves.toBeVoid();
expectTypeOf(auth.keysStatus).parameters.toEqualTypeOf<[]>();
expectTypeOf(auth.keysStatus).returns.toEqualTypeOf<KeysStatus>();
expectTypeOf<KeysStatus>().toEqualTypeOf<{
  address: string | null;
  age: number | null;
  keys: number;
  lastFailure: KeysFailure | null;
  pools?: KeysStatus[];
}>();
expectTypeOf<KeysFailure>().toEqualTypeOf<{
  reason: Reason;
  message: string;
  hint: string | null;
  cause: string | null;
  age: number;
  retryAfter: number;
}>();

expectTypeOf<IdTokenClaims["aud"]>().toBeString();
expectTypeOf<AccessTokenClaims["client_id"]>().toBeString();
expectTypeOf<Claims["cognito:groups"]>().toEqualTypeOf<string[] | undefined>();
expectTypeOf<Claims["custom:anything"]>().toBeUnknown();

// Options.
const options: AuthOptions = {
  verify: { groups: ["a"], clockTolerance: 5 },
  keys: { jwks: { keys: [] } },
};
createAuth(options);
const multiple = createAuth({
  pools: [
    { userPoolId: "us-east-1_AbCdEfGhI", clientId: "one" },
    { userPoolId: "eu-west-1_AbCdEfGhI", clientId: ["one", "two"], keys: { jwks: { keys: [] } } },
    { userPoolId: "us-west-2_AbCdEfGhI", clientId: null, issuer: ["https://login.example.com"] },
  ],
  verify: { use: "access" },
});
expectTypeOf(multiple.verifyToken).returns.resolves.toEqualTypeOf<AccessTokenClaims>();
// @ts-expect-error A pool of multiple has app clients.
createAuth({ pools: [{ userPoolId: "us-east-1_AbCdEfGhI" }] });
createAuth({ issuer: "https://login.example.com", replicaRegions: ["us-west-2"] });
const several: AuthOptions = { issuer: ["https://a.example", "https://b.example"] };
createAuth(several);
declare const regions: readonly string[];
createAuth({ issuer: regions, replicaRegions: regions });
// @ts-expect-error not a list
createAuth({ replicaRegions: "us-west-2" });
// @ts-expect-error no such option
createAuth({ userPool: "us-east-1_AbCdEfGhI" });
// @ts-expect-error no such use
createAuth({ verify: { use: "refresh" } });
// @ts-expect-error not a number of milliseconds
createAuth({ timeoutMs: "1s" });
// Of the AWS SDK for JavaScript v3.
interface SdkCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  readonly credentialScope?: string;
  readonly accountId?: string;
  readonly expiration?: Date;
  $source?: { CREDENTIALS_CODE?: "e" };
}
declare const sdkCredentials: SdkCredentials;
expectTypeOf(sdkCredentials).toExtend<StaticCredentials>();
createAuth({ credentials: sdkCredentials });
// @ts-expect-error half of the credentials
createAuth({ credentials: { accessKeyId: "AKIDEXAMPLE" } });

// What is not set must not drop a check.
declare const unset: string | undefined;
// @ts-expect-error may be undefined
createAuth({ verify: { groups: unset } });
// @ts-expect-error may be undefined
createAuth({ userPoolId: "us-east-1_AbCdEfGhI", verify: { use: "access", scopes: unset } });
// @ts-expect-error may be undefined
auth.verify("", { groups: unset });
// @ts-expect-error may be undefined
auth.verifySync("", { clientId: unset });
// @ts-expect-error may be undefined
auth.verify("", { use: undefined });
// @ts-expect-error the policy may be undefined
auth.verify("", {} as VerifyPolicy | undefined);
// @ts-expect-error no policy
verifyToken("", { groups: "admins" });
if (unset !== undefined) auth.verify("", { groups: unset, signal: AbortSignal.abort() });
declare const policy: VerifyPolicy;
expectTypeOf(auth.verify("", policy)).resolves.toExtend<Claims>();
createAuth({ verify: policy });
auth.verify("", { clientId: null, groups: ["a", "b"], clockTolerance: 5 });

// Errors.
declare const caught: unknown;
if (AuthError.is(caught)) {
  expectTypeOf(caught).toEqualTypeOf<AuthErrorOf>();
  expectTypeOf(caught).toExtend<AuthError>();
  expectTypeOf(caught.reason).toEqualTypeOf<Reason>();
  expectTypeOf(caught.expiredAt).toEqualTypeOf<Date | undefined>();
  expectTypeOf(caught.cognito?.statusCode).toEqualTypeOf<number | undefined>();
  expectTypeOf(caught.cognito?.requestId).toEqualTypeOf<string | undefined>();
  // @ts-expect-error what Cognito answered is not changed
  if (caught.cognito) caught.cognito.statusCode = 200;
  switch (caught.reason) {
    case "token-expired":
      expectTypeOf(caught.expiredAt).toEqualTypeOf<Date>();
      expectTypeOf(caught).toEqualTypeOf<AuthErrorOf<"token-expired">>();
      break;
    case "token-not-active":
      expectTypeOf(caught.date).toEqualTypeOf<Date>();
      break;
    case "challenge-required":
      expectTypeOf(caught.challengeName).toEqualTypeOf<string>();
      break;
    // @ts-expect-error no such reason
    case "expired":
      break;
    default:
      expectTypeOf(caught.challengeName).toEqualTypeOf<string | undefined>();
  }
}
// An error's reason as the type of a parameter.
const retry = (error: AuthErrorOf<"network" | "timeout">): "network" | "timeout" => error.reason;
if (AuthError.is(caught) && (caught.reason === "network" || caught.reason === "timeout"))
  retry(caught);

// As in jsonwebtoken, for tests of applications.
expectTypeOf(new TokenExpiredError("jwt expired", new Date()).expiredAt).toEqualTypeOf<Date>();
expectTypeOf(new NotBeforeError("jwt not active", new Date()).date).toEqualTypeOf<Date>();
expectTypeOf(new JsonWebTokenError("invalid token", new Error("x")).inner).toEqualTypeOf<
  Error | undefined
>();
expectTypeOf(new AuthError("x").reason).toEqualTypeOf<Reason>();
// @ts-expect-error without a message
new JsonWebTokenError();
// @ts-expect-error not a date
new TokenExpiredError("jwt expired", 5);
if (caught instanceof TokenExpiredError) {
  expectTypeOf(caught).toExtend<JsonWebTokenError>();
  expectTypeOf(caught.expiredAt).toEqualTypeOf<Date>();
}
if (caught instanceof NotBeforeError) expectTypeOf(caught.date).toEqualTypeOf<Date>();
if (caught instanceof JsonWebTokenError) {
  expectTypeOf(caught).toExtend<AuthError>();
  expectTypeOf(caught.expiredAt).toEqualTypeOf<Date | undefined>();
}
if (caught instanceof AuthError) {
  expectTypeOf(caught).toExtend<Error>();
  expectTypeOf(caught.reason).toEqualTypeOf<Reason>();
  expectTypeOf(caught.status).toBeNumber();
  // @ts-expect-error no such reason
  if (caught.reason === "expired") throw caught;
}

// Whole requests.
declare const request: RequestLike;
async function requests() {
  const who = await auth.authenticate(request);
  expectTypeOf(who).toEqualTypeOf<Authenticated<IdTokenClaims> | Refused>();
  // @ts-expect-error it may be refused
  who.claims;
  if (who.ok) expectTypeOf(who.claims).toEqualTypeOf<IdTokenClaims>();
  else new Response(who.body, who);

  const maybe = await auth.authenticate(request, { optional: true, use: "access" });
  expectTypeOf(maybe).toEqualTypeOf<Authenticated<AccessTokenClaims> | Refused | Anonymous>();
  if (maybe.ok) {
    // @ts-expect-error there may be no token
    maybe.claims.sub;
    expectTypeOf(maybe.claims?.sub).toEqualTypeOf<string | undefined>();
  }
  const sure = await auth.authenticate(request, { optional: false, groups: ["admins"] });
  if (sure.ok) expectTypeOf(sure.claims.sub).toBeString();
  const unsure = await auth.authenticate(request, { optional: Math.random() < 0.5 });
  // @ts-expect-error there may be no token
  if (unsure.ok) unsure.claims.sub;
  const kept: AuthenticateOptions = { cookie: { amplify: "id" }, origins: ["https://a.example"] };
  expectTypeOf(await auth.authenticate(request, kept)).toExtend<{ ok: boolean }>();

  auth.authenticate(new Headers());
  auth.authenticate(new Request("https://a.example"));
  auth.authenticate({ headers: { authorization: ["Bearer x"] } });
  access.authenticate(request).then((one) => {
    if (one.ok) expectTypeOf(one.claims).toEqualTypeOf<AccessTokenClaims>();
  });
  // @ts-expect-error no such option
  auth.authenticate(request, { group: "admins" });
  // @ts-expect-error may be undefined
  auth.authenticate(request, { groups: unset });
  // @ts-expect-error no such cookies
  auth.authenticate(request, { cookie: { amplify: "refresh" } });
  // @ts-expect-error no request
  auth.authenticate("Bearer x");
}
requests();

expectTypeOf(auth.middleware).toBeCallableWith({
  groups: "admins",
  property: "user",
  onRefused: ({ reason }) => expectTypeOf(reason).toEqualTypeOf<Reason>(),
});
// @ts-expect-error no such option
auth.middleware({ onError() {} });
auth.lambdaAuthorizer({ response: "policy", context: ({ sub }) => ({ sub }) });
// @ts-expect-error API Gateway would keep the answer for the cookie alone
auth.lambdaAuthorizer({ cookie: "id" });
// @ts-expect-error API Gateway takes flat values only
auth.lambdaAuthorizer({ context: () => ({ groups: ["a"] }) });
expectTypeOf(answerTo(new Error())).toEqualTypeOf<Answer>();
answerTo(undefined, { text: (reason) => (reason === "throttled" ? "Later" : undefined) });
// @ts-expect-error a text
answerTo(undefined, { text: () => 5 });
