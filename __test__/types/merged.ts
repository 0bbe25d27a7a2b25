// Claims that a program declares by declaration merging. Compiled with and without TypeScript's strict checks; never run.

import {
  type AccessTokenClaims,
  type Claims,
  createAuth,
  type IdTokenClaims,
  verifyToken,
} from "cognito-auth-native";
import { expectTypeOf } from "expect-type";

declare module "cognito-auth-native" {
  interface Claims {
    plan?: "free" | "paid";
  }
  interface IdTokenClaims {
    "custom:tenant"?: string;
  }
  interface AccessTokenClaims {
    "https://example.com/limits"?: { readonly requests: number };
  }
}

// For both kinds of tokens.
expectTypeOf<Claims["plan"]>().toEqualTypeOf<"free" | "paid" | undefined>();
expectTypeOf<IdTokenClaims["plan"]>().toEqualTypeOf<"free" | "paid" | undefined>();
expectTypeOf<AccessTokenClaims["plan"]>().toEqualTypeOf<"free" | "paid" | undefined>();
// For one of them.
expectTypeOf<IdTokenClaims["custom:tenant"]>().toEqualTypeOf<string | undefined>();
expectTypeOf<IdTokenClaims["custom:tenant"]>().not.toBeAny();
expectTypeOf<AccessTokenClaims["custom:tenant"]>().toBeUnknown();
expectTypeOf<IdTokenClaims["https://example.com/limits"]>().toBeUnknown();
expectTypeOf<IdTokenClaims["custom:other"]>().toBeUnknown();
expectTypeOf<IdTokenClaims["sub"]>().toEqualTypeOf<string>();

export async function use(token: string) {
  const claims = await verifyToken(token);
  expectTypeOf(claims["custom:tenant"]).toEqualTypeOf<string | undefined>();
  // @ts-expect-error no such plan
  if (claims.plan === "gratis") throw claims;
  const auth = createAuth({ verify: { use: "access" } });
  expectTypeOf(auth.verifySync(token)["https://example.com/limits"]).toEqualTypeOf<
    { readonly requests: number } | undefined
  >();
  const either = auth.verifySync(token, { use: "any" });
  expectTypeOf(either.plan).toEqualTypeOf<"free" | "paid" | undefined>();
  if (either.token_use === "id")
    expectTypeOf(either["custom:tenant"]).toEqualTypeOf<string | undefined>();
}
