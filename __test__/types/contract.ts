// What index.d.ts promises, as types. Compiled by types.spec.js for `require` and for `import`; never run.

import {
  type AccessTokenClaims,
  type Auth,
  AuthError,
  type AuthOptions,
  type Claims,
  createAuth,
  createCognitoUser,
  fetchUserByUsername,
  type IdTokenClaims,
  JsonWebTokenError,
  login,
  NotBeforeError,
  type Reason,
  TokenExpiredError,
  verifyToken,
} from "cognito-auth-native";
import { expectTypeOf } from "expect-type";

// The four functions.
expectTypeOf(createCognitoUser).toBeCallableWith("theseus", "Labyrinth1");
expectTypeOf(createCognitoUser).toBeCallableWith("theseus", "Labyrinth1", null, undefined);
expectTypeOf(createCognitoUser).toBeCallableWith("theseus", "Labyrinth1", "t@example.com", "+1");
expectTypeOf(createCognitoUser).returns.resolves.toEqualTypeOf<{
  username: string;
  email: string | undefined;
  phoneNumber: string | undefined;
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
// @ts-expect-error half of the credentials
createAuth({ credentials: { accessKeyId: "AKIDEXAMPLE" } });

// Errors.
declare const caught: unknown;
if (AuthError.is(caught)) expectTypeOf(caught).toEqualTypeOf<AuthError>();
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
