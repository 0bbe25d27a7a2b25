// A switch over every reason, one after the other: none is left for the default. Compiled with and without TypeScript's strict
// checks; never run. A new reason needs a case here, and a row in Always.

import { AuthError, type AuthErrorOf, type Reason, type ReasonMembers } from "cognito-auth-native";
import { expectTypeOf } from "expect-type";

declare const caught: unknown;
declare function unreachable(value: never): never;

export function statusOf(): number {
  if (!AuthError.is(caught)) return 500;
  switch (caught.reason) {
    case "aborted":
    case "attempts-exceeded":
    case "aws-credentials":
    case "bad-credentials":
    case "challenge-expired":
    case "challenge-required":
    case "code-expired":
    case "code-wrong":
    case "config":
    case "cross-site":
    case "delivery-failed":
    case "group-exists":
    case "group-missing":
    case "internal":
    case "invalid-argument":
    case "key-unknown":
    case "keys-unavailable":
    case "mfa-missing":
    case "network":
    case "not-authorized":
    case "passkey-missing":
    case "passkey-refused":
    case "password-policy":
    case "password-reset-required":
    case "phone-missing":
    case "refresh-expired":
    case "refresh-reused":
    case "rejected-by-trigger":
    case "resources":
    case "service":
    case "throttled":
    case "timeout":
    case "token-algorithm":
    case "token-ambiguous":
    case "token-client":
    case "token-expired":
    case "token-groups":
    case "token-issuer":
    case "token-malformed":
    case "token-missing":
    case "token-not-active":
    case "token-revoked":
    case "token-scopes":
    case "token-signature":
    case "token-use":
    case "user-ambiguous":
    case "user-disabled":
    case "user-exists":
    case "user-missing":
    case "user-unconfirmed":
      expectTypeOf(caught.status).toEqualTypeOf<number>();
      return caught.status;
    default:
      return unreachable(caught);
  }
}

export function withoutOne(error: AuthErrorOf): number {
  if (error.reason === "timeout") return 503;
  // @ts-expect-error all other reasons are left
  return unreachable(error);
}

// What errors of each reason always have, beyond the members of every AuthError. A new reason needs a row here; what is named in
// it stands in ReasonMembers.
interface Always {
  aborted: never;
  "attempts-exceeded": never;
  "aws-credentials": never;
  "bad-credentials": never;
  "challenge-expired": never;
  "challenge-required": "challengeName";
  "code-expired": never;
  "code-wrong": never;
  config: never;
  "cross-site": never;
  "delivery-failed": never;
  "group-exists": never;
  "group-missing": never;
  internal: never;
  "invalid-argument": never;
  "key-unknown": never;
  "keys-unavailable": never;
  "mfa-missing": never;
  network: never;
  "not-authorized": never;
  "passkey-missing": never;
  "passkey-refused": never;
  "password-policy": never;
  "password-reset-required": never;
  "phone-missing": never;
  "refresh-expired": never;
  "refresh-reused": never;
  "rejected-by-trigger": never;
  resources: never;
  service: never;
  throttled: never;
  timeout: never;
  "token-algorithm": never;
  "token-ambiguous": never;
  "token-client": never;
  "token-expired": "expiredAt";
  "token-groups": never;
  "token-issuer": never;
  "token-malformed": never;
  "token-missing": never;
  "token-not-active": "date";
  "token-revoked": never;
  "token-scopes": never;
  "token-signature": never;
  "token-use": never;
  "user-ambiguous": never;
  "user-disabled": never;
  "user-exists": never;
  "user-missing": never;
  "user-unconfirmed": never;
}
type Added<R extends Reason> = R extends keyof ReasonMembers ? keyof ReasonMembers[R] : never;
expectTypeOf<keyof Always>().toEqualTypeOf<Reason>();
expectTypeOf<{ [R in Reason]: Added<R> }>().toEqualTypeOf<{ [R in keyof Always]: Always[R] }>();
expectTypeOf<Exclude<keyof ReasonMembers, Reason>>().toBeNever();

// Each reason has the members that its errors always have, and no other's.
type Member<R extends Reason, Name extends keyof AuthError> = AuthErrorOf<R>[Name];
expectTypeOf<Member<"token-expired", "expiredAt">>().toEqualTypeOf<Date>();
expectTypeOf<Member<"token-expired", "date">>().toEqualTypeOf<AuthError["date"]>();
expectTypeOf<Member<"token-not-active", "date">>().toEqualTypeOf<Date>();
expectTypeOf<Member<"token-not-active", "expiredAt">>().toEqualTypeOf<AuthError["expiredAt"]>();
expectTypeOf<Member<"challenge-required", "challengeName">>().toEqualTypeOf<string>();
expectTypeOf<Member<"timeout", "challengeName">>().toEqualTypeOf<AuthError["challengeName"]>();
expectTypeOf<Member<"timeout", "reason">>().toEqualTypeOf<"timeout">();
expectTypeOf<AuthErrorOf["reason"]>().toEqualTypeOf<Reason>();

// By what is done with it: no check for undefined is needed, with strict checks on.
if (AuthError.is(caught) && caught.reason === "token-expired") caught.expiredAt.getTime();
if (AuthError.is(caught) && caught.reason === "challenge-required") caught.challengeName.length;

// `instanceof` gives the class, with the reason of any.
if (caught instanceof AuthError) {
  expectTypeOf(caught).toEqualTypeOf<AuthError>();
  expectTypeOf(caught.expiredAt).toEqualTypeOf<AuthError["expiredAt"]>();
}
// Both, one after the other.
if (caught instanceof AuthError && AuthError.is(caught) && caught.reason === "token-expired") {
  expectTypeOf(caught.expiredAt).toEqualTypeOf<Date>();
}
