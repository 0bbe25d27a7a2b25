// Accounts and administration, as programs have them. Compiled by types.spec.js; never run.

import {
  type Account,
  type Auth,
  type AuthError,
  createAuth,
  type Group,
  type SentCode,
  type SignedUp,
  type Totp,
  type User,
  type UserFilter,
  type UserListFilter,
} from "cognito-auth-native";
import { expectTypeOf } from "expect-type";

declare const form: { username: string; password: string; email: string; code: string };
const auth: Auth = createAuth();

expectTypeOf(auth.signUp).returns.resolves.toEqualTypeOf<SignedUp>();
expectTypeOf(auth.startSignUp).returns.resolves.toEqualTypeOf<SignedUp>();
expectTypeOf(auth.confirmSignUp).returns.resolves.toEqualTypeOf<void>();
expectTypeOf(auth.resendCode).returns.resolves.toEqualTypeOf<SentCode | undefined>();
expectTypeOf(auth.forgotPassword).returns.resolves.toEqualTypeOf<SentCode | undefined>();
expectTypeOf(auth.resetPassword).returns.resolves.toEqualTypeOf<void>();
expectTypeOf(auth.account).returns.toEqualTypeOf<Account>();
expectTypeOf<AuthError["stage"]>().toEqualTypeOf<
  "sign-up" | "confirm" | "create" | "password" | "verify" | "preference" | undefined
>();

export async function registration() {
  const { sent } = await auth.signUp(form.username, form.password, {
    attributes: { email: form.email },
    validationData: { invitation: "abc" },
    visitor: { ip: "192.0.2.1" },
  });
  await auth.confirmSignUp(form.username, form.code, { clientMetadata: { from: "web" } });
  await auth.resendCode(form.username, { tell: true });
  await auth.resetPassword(form.username, form.code, form.password);
  // @ts-expect-error without a password it is startSignUp
  await auth.signUp(form.username);
  // @ts-expect-error no options in the place of the password
  await auth.signUp(form.username, { attributes: { email: form.email } });
  // @ts-expect-error an attribute is a text
  await auth.startSignUp(form.username, { attributes: { "custom:age": 5 } });
  return sent?.attribute;
}

export async function own(accessToken: string) {
  const { get, update, ...account } = auth.account(accessToken);
  const user = await get({ signal: AbortSignal.abort() });
  expectTypeOf(user).toEqualTypeOf<User>();
  expectTypeOf(user.attributes.email).toEqualTypeOf<string | undefined>();
  expectTypeOf(user.mfa?.enabled).toEqualTypeOf<string[] | undefined>();
  expectTypeOf(await update({ email: form.email, nickname: null })).toEqualTypeOf<SentCode[]>();
  await update({ "custom:ship": null }, { allow: ["custom:ship"] });
  // @ts-expect-error an attribute is a text
  await update({ email_verified: true });
  expectTypeOf(await account.sendCode("email")).toEqualTypeOf<SentCode>();
  // @ts-expect-error codes confirm addresses
  await account.sendCode("name");
  await account.verify("phone_number", form.code);
  await account.changePassword(form.password, "New-Labyrinth2");
  expectTypeOf(await account.setUpTotp()).toEqualTypeOf<Totp>();
  await account.confirmTotp(form.code, { deviceName: "phone" });
  await account.setMfa({ totp: "preferred", sms: false });
  // @ts-expect-error no such factor
  await account.setMfa({ fax: true });
  await account.signOutEverywhere();
  await account.delete();
}

export async function administration() {
  const user = await auth.users.find({ email: form.email }, { verified: false });
  expectTypeOf(user).toEqualTypeOf<User | undefined>();
  if (user) await auth.users.addToGroup(user.username, "heroes");
  // @ts-expect-error one attribute
  await auth.users.find({});
  // @ts-expect-error one that finds a single user
  await auth.users.find({ emailStartsWith: "a" });
  for await (const each of auth.users.list({ status: "UNCONFIRMED" })) {
    expectTypeOf(each).toEqualTypeOf<User>();
    await auth.users.delete(each.username);
  }
  const filters: UserListFilter[] = [{}, { enabled: true }, { nameStartsWith: "T" }, { sub: "s" }];
  for (const filter of filters) auth.users.list(filter);
  const one: UserFilter = { phone_number: "+14155550100" };
  auth.users.list(one);
  auth.users.list({ status: "COMPROMISED" });
  // @ts-expect-error no such status
  auth.users.list({ status: "SLEEPING" });
  await auth.users.create("ariadne", { attributes: { email: "a@b.c" }, invite: "EMAIL" });
  await auth.users.create("ariadne", { password: "RedThread2" });
  // @ts-expect-error `undefined` never becomes an invitation
  await auth.users.create("ariadne", { password: undefined });
  await auth.users.update("theseus", { name: "T", email_verified: "true", "custom:ship": null });
  await auth.users.setPassword("theseus", "New-Labyrinth2", { temporary: true });
  await auth.users.invite("ariadne", { by: "SMS" });
  expectTypeOf(await auth.users.groups("theseus")).toEqualTypeOf<Group[]>();
  for await (const group of auth.groups.list()) expectTypeOf(group).toEqualTypeOf<Group>();
  for await (const member of auth.groups.users("heroes")) {
    expectTypeOf(member).toEqualTypeOf<User>();
  }
  await auth.groups.create("heroes", { description: "Slayers", precedence: 1 });
  // @ts-expect-error a number
  await auth.groups.update("heroes", { precedence: "1" });
}

export async function anything() {
  const answer = await auth.call("DescribeUserPool");
  expectTypeOf(answer).toEqualTypeOf<Record<string, unknown>>();
  const { AuthEvents } = await auth.call<{ AuthEvents: { EventId: string }[] }>(
    "AdminListUserAuthEvents",
    { Username: "theseus", MaxResults: 20 },
    { signal: AbortSignal.abort() },
  );
  expectTypeOf(AuthEvents).toEqualTypeOf<{ EventId: string }[]>();
}
