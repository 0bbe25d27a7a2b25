// Options and policies as programs have them: in variables, chosen at run time, with lists that are read-only. Compiled with and
// without TypeScript's strict checks; never run.

import {
  type AccessTokenClaims,
  type Auth,
  type AuthOptions,
  type CallOptions,
  createAuth,
  type IdTokenClaims,
  type Jwks,
  login,
  type VerifyPolicy,
} from "cognito-auth-native";
import { expectTypeOf } from "expect-type";

type EitherClaims = IdTokenClaims | AccessTokenClaims;
const auth = createAuth({ userPoolId: "us-east-1_AbCdEfGhI" });
const access = createAuth({ verify: { use: "access" } });

// Written out.
expectTypeOf(auth).toEqualTypeOf<Auth>();
expectTypeOf(createAuth().verifySync("")).toEqualTypeOf<IdTokenClaims>();
expectTypeOf(auth.verifySync("")).toEqualTypeOf<IdTokenClaims>();
expectTypeOf(access.verifySync("")).toEqualTypeOf<AccessTokenClaims>();
expectTypeOf(access.verifySync("", { scopes: ["a"] })).toEqualTypeOf<AccessTokenClaims>();
expectTypeOf(access.verifySync("", { use: "id" })).toEqualTypeOf<IdTokenClaims>();
expectTypeOf(access.verifySync("", { use: "any" })).toEqualTypeOf<EitherClaims>();
const listed = createAuth({ verify: { use: "access", scopes: ["a"], clientId: ["b", "c"] } });
expectTypeOf(listed.verifySync("")).toEqualTypeOf<AccessTokenClaims>();

// In a variable of a declared type.
declare const options: AuthOptions;
expectTypeOf(createAuth(options).verifySync("")).toEqualTypeOf<EitherClaims>();
expectTypeOf(createAuth(options).verify("")).resolves.toEqualTypeOf<EitherClaims>();
declare const policy: VerifyPolicy;
expectTypeOf(createAuth({ verify: policy }).verifySync("")).toEqualTypeOf<EitherClaims>();
expectTypeOf(auth.verifySync("", policy)).toEqualTypeOf<EitherClaims>();
expectTypeOf(access.verify("", policy)).resolves.toEqualTypeOf<EitherClaims>();
declare const call: CallOptions;
expectTypeOf(access.verify("", call)).resolves.toEqualTypeOf<AccessTokenClaims>();

// In a variable without one: TypeScript infers `string`.
const inferredOptions = {
  userPoolId: "us-east-1_AbCdEfGhI",
  authFlow: "ADMIN_USER_PASSWORD_AUTH",
  verify: { use: "access", groups: ["a"] },
};
expectTypeOf(createAuth(inferredOptions).verifySync("")).toEqualTypeOf<EitherClaims>();
const inferredPolicy = { use: "access", clientId: ["b"] };
expectTypeOf(auth.verifySync("", inferredPolicy)).toEqualTypeOf<EitherClaims>();
expectTypeOf(auth.verify("", inferredPolicy)).resolves.toEqualTypeOf<EitherClaims>();
const constant = { verify: { use: "access", scopes: ["a"] } } as const;
expectTypeOf(createAuth(constant).verifySync("")).toEqualTypeOf<AccessTokenClaims>();
expectTypeOf(auth.verifySync("", constant.verify)).toEqualTypeOf<AccessTokenClaims>();
const satisfying = { use: "access", scopes: ["a"] } satisfies VerifyPolicy;
expectTypeOf(auth.verifySync("", satisfying)).toEqualTypeOf<AccessTokenClaims>();

// `use` known at run time only.
declare const isMachine: boolean;
const use = isMachine ? "access" : "id";
expectTypeOf(auth.verifySync("", { use })).toEqualTypeOf<EitherClaims>();
expectTypeOf(createAuth({ verify: { use } }).verifySync("")).toEqualTypeOf<EitherClaims>();
declare const text: string;
expectTypeOf(auth.verifySync("", { use: text })).toEqualTypeOf<EitherClaims>();
declare const perhapsAccess: { use?: "access" };
expectTypeOf(access.verifySync("", perhapsAccess)).toEqualTypeOf<AccessTokenClaims>();
expectTypeOf(auth.verifySync("", perhapsAccess)).toEqualTypeOf<EitherClaims>();
declare const oneOfTwo: { use: "access" } | { groups: string[] };
expectTypeOf(access.verifySync("", oneOfTwo)).toEqualTypeOf<AccessTokenClaims>();
expectTypeOf(auth.verifySync("", oneOfTwo)).toEqualTypeOf<EitherClaims>();
const either = auth.verifySync("", { use });
if (either.token_use === "id") expectTypeOf(either).toEqualTypeOf<IdTokenClaims>();
else expectTypeOf(either).toEqualTypeOf<AccessTokenClaims>();

// Lists that are read-only.
declare const names: readonly string[];
const readOnly = createAuth({
  issuer: names,
  replicaRegions: names,
  verify: { use: "access", clientId: names, groups: names, scopes: names },
});
expectTypeOf(readOnly.verifySync("")).toEqualTypeOf<AccessTokenClaims>();
const declared: VerifyPolicy = { clientId: names, groups: names, scopes: names };
auth.verify("", declared);
const keySet = { keys: [{ kty: "RSA", kid: "a", n: "b", e: "AQAB" }] } as const;
expectTypeOf(keySet).toExtend<Jwks>();
createAuth({ keys: { jwks: keySet } });

// What is undefined falls back to the environment, with `exactOptionalPropertyTypes` as well.
declare const variables: Record<"REGION" | "POOL" | "CLIENT", string | undefined>;
const fromVariables: AuthOptions = {
  region: variables.REGION,
  userPoolId: variables.POOL,
  clientId: variables.CLIENT,
  credentials: { accessKeyId: "a", secretAccessKey: "b", sessionToken: variables.REGION },
  timeoutMs: undefined,
  verify: undefined,
};
createAuth(fromVariables);
expectTypeOf(createAuth({ region: variables.REGION })).toEqualTypeOf<Auth>();

// An Auth in a variable, a field or a parameter of a declared type.
const plain: Auth = createAuth({ verify: { groups: ["a"] } });
expectTypeOf(plain.verifySync("")).toEqualTypeOf<IdTokenClaims>();
class Api {
  auth: Auth<{ use: "access" }> = createAuth({ verify: { use: "access", scopes: "a" } });
  other: Auth<VerifyPolicy> = createAuth({ verify: { use: "access" } });
}
expectTypeOf(new Api().auth.verifySync("")).toEqualTypeOf<AccessTokenClaims>();
expectTypeOf(new Api().other.verifySync("")).toEqualTypeOf<EitherClaims>();
// @ts-expect-error gives the claims of access tokens
const wrong: Auth = createAuth({ verify: { use: "access" } });
// @ts-expect-error may give the claims of access tokens
const open: Auth = createAuth(options);
void [wrong, open];

// Types that are taken from the functions.
const parameter: Parameters<typeof createAuth>[0] = { verify: { use: "access", groups: ["a"] } };
expectTypeOf(createAuth(parameter).verifySync("")).toEqualTypeOf<EitherClaims>();
const result: ReturnType<typeof createAuth> = createAuth({ verify: { use: "id" } });
expectTypeOf(result.verifySync("")).toEqualTypeOf<EitherClaims>();
const method: Auth["verify"] = createAuth({ userPoolId: "us-east-1_AbCdEfGhI" }).verify;
void method;
// biome-ignore lint/suspicious/noExplicitAny: of a program without types
declare const untyped: any;
expectTypeOf(createAuth(untyped).verifySync("")).toEqualTypeOf<EitherClaims>();
expectTypeOf(auth.verifySync("", untyped)).toEqualTypeOf<EitherClaims>();

// What is misspelt, beside what is right.
// @ts-expect-error no such use
auth.verify("", { use: "refresh", groups: ["a"] });
// @ts-expect-error no such use
createAuth({ userPoolId: "us-east-1_AbCdEfGhI", verify: { use: "refresh" } });
// @ts-expect-error no such flow
createAuth({ userPoolId: "us-east-1_AbCdEfGhI", authFlow: "USER_PASSWORD" });
// @ts-expect-error no such option
createAuth({ userPoolId: "us-east-1_AbCdEfGhI", verfy: { use: "id" } });
// @ts-expect-error no such member of a policy
createAuth({ userPoolId: "us-east-1_AbCdEfGhI", verify: { use: "id", group: "a" } });
// @ts-expect-error no such member of a policy
auth.verify("", { use: "id", group: "a" });
// @ts-expect-error verifySync does not wait, and takes no signal
auth.verifySync("", { use: "id", signal: call.signal });
// @ts-expect-error not a list of strings
auth.verify("", { use: "id", groups: [5] });

// A signal, whatever declares it.
const signal = { aborted: false, addEventListener() {}, removeEventListener() {} };
login("theseus", "Labyrinth1", { signal });
access.verify("", { scopes: "a", signal });
expectTypeOf<CallOptions["signal"]>().not.toBeAny();
// @ts-expect-error no signal
login("theseus", "Labyrinth1", { signal: { aborted: false } });
// @ts-expect-error no signal
auth.verify("", { signal: "SIGTERM" });
