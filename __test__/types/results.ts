// What the functions resolve to, claims and errors. Compiled with and without TypeScript's strict checks; never run.

import {
  type AccessTokenClaims,
  AuthError,
  type CallEvent,
  type ChannelEvents,
  type Claims,
  createAuth,
  createCognitoUser,
  fetchUserByUsername,
  type IdTokenClaims,
  type KeysEvent,
  type KeysFailure,
  login,
  type Reason,
  type RefusedEvent,
  verifyToken,
} from "cognito-auth-native";
import { expectTypeOf } from "expect-type";

// The four functions.
const user = createCognitoUser("theseus", "Labyrinth1", "theseus@example.com");
expectTypeOf(user).resolves.toEqualTypeOf<{
  username: string;
  email: string | null | undefined;
  phoneNumber: string | null | undefined;
}>();
expectTypeOf(login("theseus", "Labyrinth1")).resolves.toEqualTypeOf<string>();
const found = fetchUserByUsername("theseus");
expectTypeOf(found).resolves.toEqualTypeOf<{ username: string; phoneNumber: string }>();
expectTypeOf(verifyToken("")).resolves.toEqualTypeOf<IdTokenClaims>();
expectTypeOf(createAuth().verifyToken("")).resolves.toEqualTypeOf<IdTokenClaims>();
expectTypeOf(createAuth().ready()).resolves.toBeVoid();
expectTypeOf(createAuth().keysStatus().age).toEqualTypeOf<number | null>();
expectTypeOf(createAuth().keysStatus().lastFailure).toEqualTypeOf<KeysFailure | null>();

// Claims.
expectTypeOf<IdTokenClaims["aud"]>().toEqualTypeOf<string>();
expectTypeOf<IdTokenClaims["email"]>().toEqualTypeOf<string | undefined>();
expectTypeOf<AccessTokenClaims["client_id"]>().toEqualTypeOf<string>();
expectTypeOf<AccessTokenClaims["username"]>().toEqualTypeOf<string | undefined>();
expectTypeOf<Claims["cognito:groups"]>().toEqualTypeOf<string[] | undefined>();
// Nobody has declared this one.
expectTypeOf<IdTokenClaims["custom:tenant"]>().toBeUnknown();
expectTypeOf<IdTokenClaims["custom:tenant"]>().not.toBeAny();
expectTypeOf<AccessTokenClaims["custom:tenant"]>().toBeUnknown();
// A machine's: the client credentials grant gives no user name.
const machine: AccessTokenClaims = {
  sub: "1example23456789",
  iss: "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_AbCdEfGhI",
  token_use: "access",
  client_id: "1example23456789",
  scope: "orders/read",
  exp: 1_800_000_300,
  iat: 1_800_000_000,
  auth_time: 1_800_000_000,
};
void machine;

// Errors.
declare const caught: unknown;
if (AuthError.is(caught)) {
  expectTypeOf(caught.reason).toEqualTypeOf<Reason>();
  expectTypeOf(caught.cause).toBeUnknown();
  if (caught.reason === "token-expired") expectTypeOf(caught.expiredAt).toEqualTypeOf<Date>();
  if (caught.reason === "token-not-active") expectTypeOf(caught.date).toEqualTypeOf<Date>();
  if (caught.reason === "challenge-required")
    expectTypeOf(caught.challengeName).toEqualTypeOf<string>();
  // @ts-expect-error no such reason
  if (caught.reason === "expired") throw caught;
}

// Events. @types/node gives messages the type unknown.
declare function subscribe(name: string, listener: (message: unknown, name: string) => void): void;
const on = <Name extends keyof ChannelEvents>(
  name: Name,
  listener: (event: ChannelEvents[Name]) => void,
) => subscribe(name, (message) => listener(message as ChannelEvents[Name]));
on("cognito-auth-native:refused", (event) => {
  expectTypeOf(event).toEqualTypeOf<RefusedEvent>();
  expectTypeOf(event.reason).toEqualTypeOf<Reason>();
});
on("cognito-auth-native:keys", (event) => {
  expectTypeOf(event).toEqualTypeOf<KeysEvent>();
  expectTypeOf(event.outcome).toEqualTypeOf<"fetched" | "failed">();
  expectTypeOf(event.removed).toEqualTypeOf<readonly string[]>();
  // @ts-expect-error events are shared by all subscribers
  event.address = "";
});
on("tracing:cognito-auth-native:call:asyncEnd", (event) => {
  expectTypeOf(event).toEqualTypeOf<CallEvent>();
  expectTypeOf(event.reason).toEqualTypeOf<Reason | undefined>();
  expectTypeOf(event.duration).toEqualTypeOf<number | undefined>();
  // @ts-expect-error tokens are in no event
  event.result;
  // @ts-expect-error messages are in no event
  event.error;
});
// @ts-expect-error no such channel
on("cognito-auth-native:calls", () => {});
