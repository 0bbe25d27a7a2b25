"use strict";

// What a process of its own plays of accounts and administration under a polluted prototype, with the answers of
// __test__/process/polluted-accounts.spec.js.

const ROOT = require("../../tools/root");
const { main } = require("./pollution.js");

/** Without `for await`, which would look for what is polluted itself. */
async function namesOf(iterator, name) {
  let names = "";
  for (let step = await iterator.next(); !step.done; step = await iterator.next()) {
    names += `${step.value[name]} `;
  }
  return names;
}

/** The calls, in the order in which they are made: each without options, those that take some also with them. */
function scenario({ createAuth }) {
  const auth = createAuth();
  const { users, groups } = auth;
  const account = auth.account("a.b.c");
  const clientMetadata = { page: "games" };
  const attributes = { email: "theseus@example.com" };
  const calls = {
    signUp: () => auth.signUp("theseus", "Labyrinth1"),
    "signUp with options": () =>
      auth.signUp("theseus", "Labyrinth1", {
        attributes,
        clientMetadata,
        visitor: { ip: "192.0.2.1" },
      }),
    confirmSignUp: () => auth.confirmSignUp("theseus", "123456"),
    resendCode: () => auth.resendCode("theseus"),
    forgotPassword: () => auth.forgotPassword("theseus", {}),
    "forgotPassword that tells": () => auth.forgotPassword("theseus", { tell: true }),
    resetPassword: () => auth.resetPassword("theseus", "123456", "New-Labyrinth2"),
    call: () => auth.call("ListUsers"),
    "call with parameters": () => auth.call("AdminGetUser", { Username: "theseus" }, {}),
    "call of another pool": () => auth.call("AdminGetUser", { UserPoolId: "us-east-1_Other" }),
    "call of an operation that is not listed": () => auth.call("ListNothing", {}),
    "account.get": () => account.get(),
    "account.update": () => account.update({ name: "T", nickname: null }),
    "account.update of what is guarded": () => account.update({ "custom:role": "a" }, {}),
    "account.sendCode": () => account.sendCode("email"),
    "account.changePassword": () => account.changePassword("Labyrinth1", "New-Labyrinth2"),
    "account.setMfa": () => account.setMfa({ totp: true }),
    "account.finishPasskey": () => account.finishPasskey({ id: "p", response: {} }),
    "account.passkeys": () => account.passkeys(),
    "users.get": () => users.get("theseus"),
    "users.find": () => users.find({ email: "theseus@example.com" }),
    "users.find by nothing": () => users.find({}),
    "users.list": () => namesOf(users.list(), "username"),
    "users.list with a filter": () => namesOf(users.list({ status: "CONFIRMED" }, {}), "username"),
    "users.create": () => users.create("ariadne"),
    "users.create with options": () => users.create("ariadne", { attributes }),
    "users.create with a password": () => users.create("ariadne", { password: "Labyrinth1" }),
    "users.invite": () => users.invite("ariadne"),
    "users.setPassword": () => users.setPassword("ariadne", "Labyrinth1"),
    "users.update": () => users.update("ariadne", { "custom:ship": null }, { clientMetadata }),
    "users.groups": () => users.groups("theseus"),
    "users.addToGroup": () => users.addToGroup("theseus", "heroes"),
    "groups.create": () => groups.create("heroes"),
    "groups.update": () => groups.update("heroes", { precedence: 1 }),
    "groups.list": () => namesOf(groups.list(), "name"),
  };
  const evil = {
    "custom:role": "admin",
    attributes: { "custom:role": "admin" },
    clientMetadata: { "custom:role": "admin" },
    allow: ["custom:role"],
    email: "evil@example.com",
    UserPoolId: "us-east-1_Evil",
    Password: "Evil-Labyrinth1",
    Name: "custom:role",
    Value: "admin",
    tell: true,
    otherPool: true,
    unlisted: true,
    verified: false,
  };
  const resolvesToObject =
    /^(signUp|forgotPassword that tells|call|account\.(get|update|sendCode|passkeys)|users\.(get|find|create|groups|list)|groups\.)/;
  // Each case sends thirty requests: with every kind it would take minutes.
  const kinds = ["text", "object", "getter that throws"];
  return { calls, evil, resolvesToObject, kinds, atOnce: true };
}

if (require.main === module) main(scenario(require(ROOT)));
