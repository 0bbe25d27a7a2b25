"use strict";

// What holds for every function of accounts and administration: no secret shows, a signal and the deadline end it, events
// name it, its options are checked.

const diagnostics = require("node:diagnostics_channel");
const { inspect } = require("node:util");
const { AuthError, createAuth } = require("../..");
const {
  cut,
  failure,
  hang,
  reset,
  startServiceServer,
} = require("../../tools/testing/service-server.js");
const { operationsOf } = require("../../tools/accounts/table.js");
const { settled } = require("../../tools/outcomes.js");
const { SECRET, all, refusal } = require("../sign-in/support.js");

const SECRETS = {
  username: "th3seus",
  password: "L4byrinth-s3cret",
  other: "R3dThr3ad-s3cret",
  code: "314159",
  token: "acc3ss-t0ken",
  seed: "JBSWY3DPEHPK3PXQ",
  clientSecret: SECRET,
  metadata: "m3tadata",
  validation: "v4lidation",
  email: "th3seus@example.com",
  parameter: "p4rameter",
};
const { username, password, other, code, token, seed, metadata, validation, email, parameter } =
  SECRETS;
const TRIGGER = { clientMetadata: { metadata } };
const USER = {
  ...TRIGGER,
  attributes: { email },
  validationData: { validation },
};

let service;
beforeAll(async () => {
  service = await startServiceServer();
});
afterAll(() => service.stop());
beforeEach(() => service.clear());

const auth = (options) =>
  createAuth({
    ...service.options,
    clientSecret: SECRET,
    timeoutMs: 700,
    maxAttempts: 1,
    ...options,
  });

/** Name → a call of it with options, and the operation that it sends first. */
const CALLS = {
  signUp: [(a, o) => a.signUp(username, password, { ...USER, ...o }), "SignUp"],
  startSignUp: [(a, o) => a.startSignUp(username, { ...USER, ...o }), "SignUp"],
  confirmSignUp: [(a, o) => a.confirmSignUp(username, code, o), "ConfirmSignUp"],
  resendCode: [(a, o) => a.resendCode(username, o), "ResendConfirmationCode"],
  forgotPassword: [(a, o) => a.forgotPassword(username, o), "ForgotPassword"],
  resetPassword: [(a, o) => a.resetPassword(username, code, password, o), "ConfirmForgotPassword"],
  call: [(a, o) => a.call("ListUsers", { Filter: parameter }, o), "ListUsers"],
  "account.get": [(a, o) => a.account(token).get(o), "GetUser"],
  "account.update": [(a, o) => a.account(token).update({ email }, o), "UpdateUserAttributes"],
  "account.sendCode": [
    (a, o) => a.account(token).sendCode("email", o),
    "GetUserAttributeVerificationCode",
  ],
  "account.verify": [(a, o) => a.account(token).verify("email", code, o), "VerifyUserAttribute"],
  "account.changePassword": [
    (a, o) => a.account(token).changePassword(password, other, o),
    "ChangePassword",
  ],
  "account.setUpTotp": [(a, o) => a.account(token).setUpTotp(o), "AssociateSoftwareToken"],
  "account.confirmTotp": [(a, o) => a.account(token).confirmTotp(code, o), "VerifySoftwareToken"],
  "account.setMfa": [(a, o) => a.account(token).setMfa({ totp: true }, o), "SetUserMFAPreference"],
  "account.startPasskey": [(a, o) => a.account(token).startPasskey(o), "StartWebAuthnRegistration"],
  "account.finishPasskey": [
    (a, o) => a.account(token).finishPasskey({ id: parameter }, o),
    "CompleteWebAuthnRegistration",
  ],
  "account.passkeys": [(a, o) => a.account(token).passkeys(o), "ListWebAuthnCredentials"],
  "account.deletePasskey": [
    (a, o) => a.account(token).deletePasskey(parameter, o),
    "DeleteWebAuthnCredential",
  ],
  "account.signOutEverywhere": [(a, o) => a.account(token).signOutEverywhere(o), "GlobalSignOut"],
  "account.delete": [(a, o) => a.account(token).delete(o), "DeleteUser"],
  "users.get": [(a, o) => a.users.get(username, o), "AdminGetUser"],
  "users.find": [(a, o) => a.users.find({ email }, o), "ListUsers"],
  "users.list": [(a, o) => all(a.users.list({ email }, o)), "ListUsers"],
  "users.create": [
    (a, o) => a.users.create(username, { ...USER, password, ...o }),
    "AdminCreateUser",
  ],
  "users.invite": [(a, o) => a.users.invite(username, o), "AdminCreateUser"],
  "users.confirm": [(a, o) => a.users.confirm(username, o), "AdminConfirmSignUp"],
  "users.update": [(a, o) => a.users.update(username, { email }, o), "AdminUpdateUserAttributes"],
  "users.delete": [(a, o) => a.users.delete(username, o), "AdminDeleteUser"],
  "users.enable": [(a, o) => a.users.enable(username, o), "AdminEnableUser"],
  "users.disable": [(a, o) => a.users.disable(username, o), "AdminDisableUser"],
  "users.setPassword": [
    (a, o) => a.users.setPassword(username, password, o),
    "AdminSetUserPassword",
  ],
  "users.forcePasswordReset": [
    (a, o) => a.users.forcePasswordReset(username, o),
    "AdminResetUserPassword",
  ],
  "users.setMfa": [
    (a, o) => a.users.setMfa(username, { sms: true }, o),
    "AdminSetUserMFAPreference",
  ],
  "users.signOutEverywhere": [
    (a, o) => a.users.signOutEverywhere(username, o),
    "AdminUserGlobalSignOut",
  ],
  "users.groups": [(a, o) => a.users.groups(username, o), "AdminListGroupsForUser"],
  "users.addToGroup": [(a, o) => a.users.addToGroup(username, "g", o), "AdminAddUserToGroup"],
  "users.removeFromGroup": [
    (a, o) => a.users.removeFromGroup(username, "g", o),
    "AdminRemoveUserFromGroup",
  ],
  "groups.get": [(a, o) => a.groups.get("g", o), "GetGroup"],
  "groups.list": [(a, o) => all(a.groups.list(o)), "ListGroups"],
  "groups.users": [(a, o) => all(a.groups.users("g", o)), "ListUsersInGroup"],
  "groups.create": [(a, o) => a.groups.create("g", o), "CreateGroup"],
  "groups.update": [(a, o) => a.groups.update("g", o), "UpdateGroup"],
  "groups.delete": [(a, o) => a.groups.delete("g", o), "DeleteGroup"],
};
const NAMES = Object.keys(CALLS);
const callOf = (name, options, settings) => CALLS[name][0](auth(settings), options);
const operationOf = (name) => CALLS[name][1];

test("every function is in this table", () => {
  const made = auth();
  const names = (object, prefix) =>
    Object.keys(object)
      .filter((name) => typeof object[name] === "function")
      .map((name) => prefix + name);
  expect(
    [
      ...names(made, "").filter((name) => NAMES.includes(name)),
      ...names(made.account(token), "account."),
      ...names(made.users, "users."),
      ...names(made.groups, "groups."),
    ].sort(),
  ).toEqual([...NAMES].sort());
  for (const object of [made.users, made.groups, made.account(token)]) {
    for (const [name, value] of Object.entries(object)) expect(value.name).toBe(name);
  }
});

test("the documents' table names the operations that are sent", () => {
  for (const name of NAMES.filter((one) => one !== "call")) {
    const [group, member] = name.includes(".") ? name.split(".") : ["auth", name];
    expect([name, operationsOf(group, member)[0]]).toEqual([name, operationOf(name)]);
  }
});

const FAILURES = [
  ["a connection that is reset", reset],
  ["an answer that is cut", cut],
  ["HTML", { status: 502, body: "<html>" }],
  ["no JSON", { body: `{"${seed}` }],
  ["members of other types", { body: { Users: seed, Groups: 5, UserSub: {}, SecretCode: {} } }],
  ["a wrong code", failure("CodeMismatchException", "Invalid code")],
  ["a wrong password", failure("NotAuthorizedException", "Incorrect username or password.")],
  ["an expired token", failure("NotAuthorizedException", "Access Token has expired")],
  ["an unknown user", failure("UserNotFoundException", "User does not exist.")],
  ["too many requests", failure("TooManyRequestsException", "Rate exceeded")],
];

// Case 119.
describe.each(FAILURES)("%s", (_what, answer) => {
  test.each(NAMES)("%s shows no secret", async (name) => {
    const events = [];
    const channel = diagnostics.tracingChannel("cognito-auth-native:call");
    const note = (event) => events.push(inspect(event, { depth: 9, showHidden: true }));
    const listeners = { start: note, end: note, asyncStart: note, asyncEnd: note, error: note };
    channel.subscribe(listeners);
    service.always(operationOf(name), answer);
    let error;
    try {
      await settled(callOf(name, {})).then((outcome) => {
        error = outcome.error;
      });
    } finally {
      channel.unsubscribe(listeners);
    }
    expect(events.length).toBeGreaterThan(0);
    expect(events[0]).toContain(`'${name}'`);
    if (error !== undefined) expect(AuthError.is(error)).toBe(true);
    const shown = [
      ...events,
      inspect(error, { depth: 9, showHidden: true }),
      JSON.stringify(error) ?? "",
      String(error?.stack),
      String(error?.message),
    ].join("\n");
    for (const [secret, value] of Object.entries(SECRETS)) {
      expect([secret, shown.includes(value)]).toEqual([secret, false]);
    }
  });
});

// Case 120.
describe("an AbortSignal", () => {
  test.each(NAMES)("%s, before and while it runs", async (name) => {
    const reason = new Error("the page was closed");
    const before = await refusal(callOf(name, { signal: AbortSignal.abort(reason) }));
    expect(before).toMatchObject({ reason: "aborted", cause: reason });
    expect(service.requests).toEqual([]);
    const controller = new AbortController();
    service.always(operationOf(name), () => {
      controller.abort(reason);
    });
    const during = await refusal(callOf(name, { signal: controller.signal }, { timeoutMs: 9000 }));
    expect(during).toMatchObject({ reason: "aborted", cause: reason });
    expect(service.requests.length).toBe(1);
  });
});

test.each(NAMES)("%s: the deadline, the caller's line", async (name) => {
  service.always(operationOf(name), hang);
  const late = await refusal(callOf(name, {}, { timeoutMs: 100 }));
  expect(late).toMatchObject({ reason: "timeout", status: 503 });
  expect(late.stack).toContain("every.spec.js");
});

test.each(NAMES)(
  "%s: an option that there is not is reported, and nothing is sent",
  async (name) => {
    const misspelled = await refusal(callOf(name, { sginal: undefined }));
    expect(misspelled).toMatchObject({ reason: "config" });
    expect(misspelled.message).toMatch(`${name} has no option sginal`);
    for (const options of [null, 5, "signal", [], new Map()]) {
      // Their options are spread into others here.
      if (/^(signUp|startSignUp|users\.create)$/.test(name)) continue;
      expect(await refusal(callOf(name, options))).toMatchObject({ reason: "config" });
    }
    expect(service.requests).toEqual([]);
  },
);

test.each([
  ["users.find", "ListUsers", { Users: [], PaginationToken: "1" }],
  ["users.groups", "AdminListGroupsForUser", { Groups: [], NextToken: "1" }],
])("%s has one deadline for all pages", async (name, operation, body) => {
  service.next(operation, { body });
  service.always(operation, hang);
  expect(await refusal(callOf(name, {}, { timeoutMs: 3000 }))).toMatchObject({
    reason: "timeout",
    attempts: 1,
  });
  expect(service.requests.length).toBe(2);
});

test("an Auth of several pools makes no calls", async () => {
  const several = createAuth({ pools: [{ userPoolId: "us-east-1_A", clientId: "a" }] });
  for (const name of NAMES) {
    expect(await refusal(CALLS[name][0](several, {}))).toMatchObject({ reason: "config" });
  }
});
