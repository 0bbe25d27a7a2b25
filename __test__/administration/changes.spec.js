"use strict";

// What auth.users and auth.groups change, on a test pool: each request, and what it does.

const { createAuth } = require("../..");
const {
  cut,
  failure,
  reset,
  startServiceServer,
} = require("../../tools/testing/service-server.js");
const {
  NAME,
  PASSWORD,
  usePools,
  error,
  last,
  operations,
  refusal,
  refused,
} = require("../sign-in/support.js");

const open = usePools();
const WITH_EMAIL = { user: { attributes: { email: "theseus@example.com" } } };
const DISABLED = error("NotAuthorizedException", "user-disabled", "User is disabled.", 403);

describe("create", () => {
  // Case 101.
  test("invites by e-mail where there is an address", async () => {
    const { pool, auth } = await open({ users: [] });
    const attributes = { email: "ariadne@example.com", phone_number: undefined };
    const user = await auth.users.create("ariadne", {
      attributes,
      clientMetadata: { a: "b" },
      validationData: { c: "d" },
    });
    expect(user).toMatchObject({ username: "ariadne", status: "FORCE_CHANGE_PASSWORD" });
    expect(last(pool)).toEqual({
      UserPoolId: pool.userPoolId,
      Username: "ariadne",
      UserAttributes: [{ Name: "email", Value: "ariadne@example.com" }],
      ClientMetadata: { a: "b" },
      ValidationData: [{ Name: "c", Value: "d" }],
      DesiredDeliveryMediums: ["EMAIL"],
    });
    expect(pool.outbox.at(-1)).toMatchObject({
      by: "EMAIL",
      temporaryPassword: expect.any(String),
    });
  });

  test.each([
    [{ attributes: { phone_number: "+14155550100" } }, { DesiredDeliveryMediums: ["SMS"] }],
    [{}, { MessageAction: "SUPPRESS" }],
    [undefined, { MessageAction: "SUPPRESS" }],
    [{ attributes: { email: "a@b.c" }, invite: false }, { MessageAction: "SUPPRESS" }],
    [{ attributes: { email: "a@b.c" }, invite: "SMS" }, { DesiredDeliveryMediums: ["SMS"] }],
    [{ temporaryPassword: "Temporary1" }, { TemporaryPassword: "Temporary1" }],
  ])("%j sends %j", async (options, expected) => {
    const { pool, auth } = await open({ users: [] });
    await auth.users.create("ariadne", options);
    expect(last(pool)).toMatchObject(expected);
    expect(operations(pool)).toEqual(["AdminCreateUser"]);
  });

  // Case 102.
  test("with a password: for good, and nobody is told", async () => {
    const { pool, auth } = await open({
      users: [],
      clientSecret: "client5secret5of5the5test5pool",
    });
    const attributes = { email: "ariadne@example.com" };
    const user = await auth.users.create("ariadne", { password: PASSWORD, attributes });
    expect(user).toMatchObject({ username: "ariadne", status: "CONFIRMED" });
    expect(pool.requests).toEqual([
      expect.objectContaining({
        operation: "AdminCreateUser",
        body: {
          UserPoolId: pool.userPoolId,
          Username: "ariadne",
          UserAttributes: [{ Name: "email", Value: "ariadne@example.com" }],
          MessageAction: "SUPPRESS",
        },
      }),
      expect.objectContaining({
        operation: "AdminSetUserPassword",
        body: {
          UserPoolId: pool.userPoolId,
          Username: "ariadne",
          Password: PASSWORD,
          Permanent: true,
        },
      }),
    ]);
    expect(pool.outbox).toEqual([]);
    expect(await auth.signIn("ariadne", PASSWORD)).toMatchObject({ signedIn: true });
  });

  test("says which request failed", async () => {
    const { auth } = await open();
    expect(await refusal(auth.users.create(NAME, { password: PASSWORD }))).toMatchObject({
      reason: "user-exists",
      stage: "create",
      status: 409,
    });
    expect(await refusal(auth.users.create("ariadne", { password: "short" }))).toMatchObject({
      reason: "password-policy",
      stage: "password",
    });
    expect(await auth.users.get("ariadne")).toMatchObject({ status: "FORCE_CHANGE_PASSWORD" });
    expect(await refusal(auth.users.create(NAME))).not.toHaveProperty("stage");
  });

  test.each([
    [{ password: undefined }],
    [{ password: null }],
    [{ password: "" }],
    [{ password: ["Labyrinth1"] }],
    [{ temporaryPassword: undefined }],
    [{ password: PASSWORD, temporaryPassword: PASSWORD }],
    [{ password: PASSWORD, invite: "EMAIL" }],
    [{ invite: true }],
    [{ invite: "MAIL" }],
    [{ attributes: { age: 5 } }],
    [{ attributes: { email_verified: true } }],
    [{ attributes: { name: null } }],
    [{ attributes: ["email"] }],
    [{ attributes: { "": "a" } }],
    [{ attributes: { name: "\ud800" } }],
    [{ validationData: { a: 1 } }],
  ])("%j is refused, and nothing is sent", async (options) => {
    const { pool, auth } = await open();
    const failed = await refusal(auth.users.create("ariadne", options));
    expect(failed).toMatchObject({ reason: "invalid-argument" });
    expect(failed.message).not.toContain(PASSWORD);
    expect(pool.requests).toEqual([]);
  });

  test("an attribute that is no text is named", async () => {
    const { auth } = await open();
    const failed = await refusal(auth.users.create("a", { attributes: { "custom:age": 5 } }));
    expect(failed.message).toBe(
      'option attributes["custom:age"] must be a string: attributes are texts',
    );
  });
});

describe("invite", () => {
  test("again, with a new temporary password", async () => {
    const { pool, auth } = await open({
      users: [{ username: "a", temporaryPassword: "Temporary1", attributes: { email: "a@b.c" } }],
    });
    expect(await auth.users.invite("a")).toBeUndefined();
    expect(last(pool)).toEqual({
      UserPoolId: pool.userPoolId,
      Username: "a",
      MessageAction: "RESEND",
      DesiredDeliveryMediums: ["EMAIL"],
    });
    expect(pool.outbox.length).toBe(1);
    await auth.users.invite("a", { by: "SMS" });
    expect(last(pool).DesiredDeliveryMediums).toEqual(["SMS"]);
  });

  test("is for those who have not signed in yet", async () => {
    const { auth } = await open();
    expect(await refused(auth.users.invite(NAME))).toMatchObject({
      name: "UnsupportedUserStateException",
      reason: "not-authorized",
      status: 403,
    });
  });
});

describe("status and password", () => {
  test("confirm", async () => {
    const { auth } = await open({ user: { status: "UNCONFIRMED" } });
    await auth.users.confirm(NAME);
    expect(await auth.users.get(NAME)).toMatchObject({ status: "CONFIRMED" });
    expect(await refused(auth.users.confirm(NAME))).toMatchObject({ reason: "not-authorized" });
  });

  // Case 109.
  test("disable ends all sign-ins, enable allows new ones", async () => {
    const { auth } = await open();
    const { accessToken, refreshToken } = await auth.signIn(NAME, PASSWORD);
    await auth.users.disable(NAME);
    expect(await auth.users.get(NAME)).toMatchObject({ enabled: false });
    expect(await refused(auth.signIn(NAME, PASSWORD))).toEqual(DISABLED);
    expect(await refused(auth.refresh(refreshToken))).toEqual(DISABLED);
    expect(await refused(auth.account(accessToken).get())).toEqual(DISABLED);
    await auth.users.enable(NAME);
    expect(await auth.signIn(NAME, PASSWORD)).toMatchObject({ signedIn: true });
  });

  // Case 110.
  test("forcePasswordReset, and resetPassword ends it", async () => {
    const { pool, auth } = await open(WITH_EMAIL);
    await auth.users.forcePasswordReset(NAME);
    expect(await refused(auth.signIn(NAME, PASSWORD))).toMatchObject({
      reason: "password-reset-required",
    });
    await auth.resetPassword(NAME, pool.outbox.at(-1).code, "New-Labyrinth2");
    expect(await auth.signIn(NAME, "New-Labyrinth2")).toMatchObject({ signedIn: true });
  });

  test("setPassword, for good or until the next sign-in", async () => {
    const { pool, auth } = await open();
    await auth.users.setPassword(NAME, "Other-Labyrinth2");
    expect(last(pool)).toMatchObject({ Permanent: true });
    expect(await auth.signIn(NAME, "Other-Labyrinth2")).toMatchObject({ signedIn: true });
    await auth.users.setPassword(NAME, "Third-Labyrinth3", { temporary: true });
    expect(last(pool)).toMatchObject({ Permanent: false });
    expect(await auth.signIn(NAME, "Third-Labyrinth3")).toMatchObject({
      name: "NEW_PASSWORD_REQUIRED",
    });
    expect(await refusal(auth.users.setPassword(NAME, "Fourth4x", { temporary: 1 }))).toMatchObject(
      {
        reason: "invalid-argument",
      },
    );
  });

  test("delete", async () => {
    const { auth } = await open();
    await auth.users.delete(NAME);
    expect(await refused(auth.users.get(NAME))).toMatchObject({ reason: "user-missing" });
    expect(await refused(auth.users.delete(NAME))).toMatchObject({ reason: "user-missing" });
  });

  // Rule 8 of the security review.
  test.each(["signOutEverywhere", "disable", "delete"])(
    "%s drops what earlier refreshes gave",
    async (name) => {
      const rotation = { refreshTokenRotation: { retryGracePeriodSeconds: 0 } };
      const { pool, auth } = await open(rotation);
      const { refreshToken } = await auth.signIn(NAME, PASSWORD);
      await auth.refresh(refreshToken);
      await auth.users[name](NAME);
      const before = pool.requests.length;
      await refusal(auth.refresh(refreshToken));
      expect(pool.requests.length).toBe(before + 1);
    },
  );
});

describe("update", () => {
  test("sets, and deletes with null", async () => {
    const { pool, auth } = await open({ user: { attributes: { "custom:ship": "black" } } });
    await auth.users.update(NAME, { name: "Theseus of Athens", "custom:ship": null });
    expect(last(pool)).toEqual({
      UserPoolId: pool.userPoolId,
      Username: NAME,
      UserAttributes: [
        { Name: "name", Value: "Theseus of Athens" },
        { Name: "custom:ship", Value: "" },
      ],
    });
    const { attributes } = await auth.users.get(NAME);
    expect(attributes).toMatchObject({ name: "Theseus of Athens" });
    expect(attributes).not.toHaveProperty("custom:ship");
  });

  test.each([
    undefined,
    null,
    "name",
    {},
    { name: undefined },
    { name: "" },
    { name: 5 },
    { email_verified: true },
    { [`${"x".repeat(129)}`]: "a" },
    { "a b": "c" },
  ])("%j is refused, and nothing is sent", async (changes) => {
    const { pool, auth } = await open();
    expect(await refused(auth.users.update(NAME, changes))).toMatchObject({
      reason: "invalid-argument",
    });
    expect(pool.requests).toEqual([]);
  });

  test("setMfa", async () => {
    const { pool, auth } = await open({
      mfa: "OPTIONAL",
      user: { totpSecret: "JBSWY3DPEHPK3PXQ", ...WITH_EMAIL.user },
    });
    await auth.users.setMfa(NAME, { totp: "preferred", email: true });
    expect(last(pool)).toEqual({
      UserPoolId: pool.userPoolId,
      Username: NAME,
      SoftwareTokenMfaSettings: { Enabled: true, PreferredMfa: true },
      EmailMfaSettings: { Enabled: true, PreferredMfa: false },
    });
    const { mfa } = await auth.users.get(NAME);
    expect(mfa).toEqual({
      enabled: expect.arrayContaining(["EMAIL_OTP", "SOFTWARE_TOKEN_MFA"]),
      preferred: "SOFTWARE_TOKEN_MFA",
    });
    await auth.users.setMfa(NAME, { totp: false, sms: false, email: false });
    expect((await auth.users.get(NAME)).mfa).toEqual({ enabled: [] });
  });

  test.each([
    undefined,
    {},
    { totp: 1 },
    { totp: undefined },
    { passkey: true },
    { toString: true },
  ])("setMfa refuses %j", async (preference) => {
    const { pool, auth } = await open();
    expect(await refused(auth.users.setMfa(NAME, preference))).toMatchObject({
      reason: "invalid-argument",
    });
    expect(pool.requests).toEqual([]);
  });
});

describe("groups", () => {
  const GROUP = {
    name: "heroes",
    description: "Slayers",
    precedence: 0,
    roleArn: "arn:aws:iam::123456789012:role/heroes",
  };
  const { name, ...settings } = GROUP;
  const dates = { createdAt: expect.any(Date), updatedAt: expect.any(Date) };
  const all = async (iterator) => {
    const items = [];
    for await (const item of iterator) items.push(item);
    return items;
  };

  test("from creation to deletion", async () => {
    const { pool, auth } = await open();
    expect(await auth.groups.create(name, settings)).toEqual({ ...GROUP, ...dates });
    expect(last(pool)).toEqual({
      UserPoolId: pool.userPoolId,
      GroupName: "heroes",
      Description: "Slayers",
      Precedence: 0,
      RoleArn: GROUP.roleArn,
    });
    expect(await auth.groups.update(name, { description: "Kings" })).toMatchObject({
      description: "Kings",
      precedence: 0,
    });
    expect(await auth.groups.get(name)).toMatchObject({ description: "Kings" });
    await auth.groups.update(name, { description: "" });
    expect(last(pool)).toEqual({ UserPoolId: pool.userPoolId, GroupName: name, Description: "" });
    await auth.users.addToGroup(NAME, name);
    expect(await auth.users.groups(NAME)).toEqual([expect.objectContaining({ name })]);
    expect(await all(auth.groups.users(name))).toEqual([
      expect.objectContaining({ username: NAME, status: "CONFIRMED" }),
    ]);
    await auth.users.removeFromGroup(NAME, name);
    expect(await auth.users.groups(NAME)).toEqual([]);
    expect((await all(auth.groups.list())).map((group) => group.name)).toContain(name);
    await auth.groups.delete(name);
    expect(await refused(auth.groups.get(name))).toMatchObject({ reason: "group-missing" });
  });

  test("of a user, and of a pool, over pages", async () => {
    const groups = Array.from({ length: 100 }, (_, index) => `group-${index}`);
    const { pool, auth } = await open({ user: { groups } });
    const found = await auth.users.groups(NAME);
    expect(found.map((group) => group.name)).toEqual(groups);
    expect(operations(pool)).toEqual(["AdminListGroupsForUser", "AdminListGroupsForUser"]);
    expect((await all(auth.groups.list())).length).toBe(100);
  });

  // Cases 111 and 112.
  test("a group that is missing, or exists", async () => {
    const { auth } = await open();
    const missing = { name: "ResourceNotFoundException", reason: "group-missing", status: 404 };
    for (const call of [
      () => auth.users.addToGroup(NAME, "nope"),
      () => auth.users.removeFromGroup(NAME, "nope"),
      () => auth.groups.get("nope"),
      () => auth.groups.update("nope", {}),
      () => auth.groups.delete("nope"),
      () => all(auth.groups.users("nope")),
    ]) {
      expect(await refusal(call())).toMatchObject(missing);
    }
    await auth.groups.create(name);
    expect(await refusal(auth.groups.create(name))).toMatchObject({
      name: "GroupExistsException",
      reason: "group-exists",
      status: 409,
    });
    expect(await refusal(auth.users.addToGroup("nobody", name))).toMatchObject({
      reason: "user-missing",
    });
  });

  test.each([{ precedence: "1" }, { precedence: -1 }, { precedence: 1.5 }, { description: 5 }])(
    "%j is refused",
    async (wrong) => {
      const { pool, auth } = await open();
      expect(await refused(auth.groups.create(name, wrong))).toMatchObject({
        reason: "invalid-argument",
      });
      expect(pool.requests).toEqual([]);
    },
  );
});

describe("when answers are lost", () => {
  let service;
  beforeAll(async () => {
    service = await startServiceServer();
  });
  afterAll(() => service.stop());
  beforeEach(() => service.clear());
  const auth = () => createAuth(service.options);

  // The column "repeat" of the specification's section 1.1.
  test.each([
    ["enable", "AdminEnableUser", [NAME], 3],
    ["setPassword", "AdminSetUserPassword", [NAME, PASSWORD], 3],
    ["addToGroup", "AdminAddUserToGroup", [NAME, "heroes"], 3],
    ["signOutEverywhere", "AdminUserGlobalSignOut", [NAME], 3],
    ["delete", "AdminDeleteUser", [NAME], 1],
    ["confirm", "AdminConfirmSignUp", [NAME], 1],
    ["invite", "AdminCreateUser", [NAME], 1],
    ["disable", "AdminDisableUser", [NAME], 3],
    ["removeFromGroup", "AdminRemoveUserFromGroup", [NAME, "heroes"], 3],
    ["setMfa", "AdminSetUserMFAPreference", [NAME, { totp: false }], 3],
    ["groups", "AdminListGroupsForUser", [NAME], 3],
    ["create", "AdminCreateUser", [NAME], 1],
    ["forcePasswordReset", "AdminResetUserPassword", [NAME], 1],
    ["update", "AdminUpdateUserAttributes", [NAME, { name: "a" }], 1],
  ])("%s is sent again only if that is harmless", async (name, operation, given, times) => {
    service.always(operation, reset);
    expect(await refusal(auth().users[name](...given))).toMatchObject({
      reason: "network",
      attempts: times,
    });
    expect(service.requests.length).toBe(times);
  });

  test.each([
    ["create", "CreateGroup", 1],
    ["delete", "DeleteGroup", 1],
    ["update", "UpdateGroup", 3],
    ["get", "GetGroup", 3],
  ])("groups.%s is sent again only if that is harmless", async (name, operation, times) => {
    service.always(operation, reset);
    expect(await refusal(auth().groups[name]("heroes"))).toMatchObject({ attempts: times });
    expect(service.requests.length).toBe(times);
  });

  test("of the second request of create: the stage says that the user exists", async () => {
    const created = { User: { Username: NAME, Attributes: [{ Name: "sub", Value: "s" }] } };
    service.always("AdminCreateUser", { body: created });
    service.always("AdminSetUserPassword", cut);
    expect(await refusal(auth().users.create(NAME, { password: PASSWORD }))).toMatchObject({
      stage: "password",
    });
    service.always("AdminSetUserPassword", failure("InternalErrorException", "", { status: 500 }));
    const failed = await refusal(auth().users.create(NAME, { password: PASSWORD }));
    expect(failed).toMatchObject({ reason: "service", stage: "password", attempts: 3 });
  });
});
