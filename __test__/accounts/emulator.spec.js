"use strict";

// Accounts and administration on an emulator that others have written: ministack. It checks signatures and IAM permissions.

const { createAuth } = require("../..");
const { totpAt } = require("../../testing/totp.js");
const { POLICIES, PARTS } = require("../../tools/accounts/table.js");
const { startEmulator } = require("../../tools/emulator.js");
const { optionsFrom } = require("../support/environment.js");
const { NAME, PASSWORD, all, error, refusal, refused } = require("../sign-in/support.js");

const SIGN_UP_CODE = "123456";
const RESET_CODE = "654321";
const EMAIL = "theseus@example.com";

describe("ministack", () => {
  let emulator;
  let environment;
  let auth;
  let visitor;

  beforeAll(async () => {
    emulator = await startEmulator({ kind: "ministack" });
    const flows = ["ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"];
    const pool = await emulator.createPool({
      poolSettings: { Schema: [], AutoVerifiedAttributes: ["email"] },
      clientSecret: true,
      explicitAuthFlows: flows,
    });
    environment = optionsFrom(pool.environment);
    auth = createAuth(environment);
    // Without AWS credentials.
    visitor = createAuth({ ...environment, credentials: undefined });
  });
  afterAll(() => emulator?.stop());

  const user = async (username, attributes = { email: `${username}@example.com` }) => {
    await auth.users.create(username, {
      password: PASSWORD,
      attributes: { ...attributes, ...(attributes.email && { email_verified: "true" }) },
    });
    return username;
  };

  // Cases 79, 80, 82.
  test("a registration", async () => {
    const attributes = { email: EMAIL };
    const { confirmed, sub } = await visitor.signUp(NAME, PASSWORD, { attributes });
    expect([confirmed, typeof sub]).toEqual([false, "string"]);
    expect(await refused(visitor.signUp(NAME, PASSWORD))).toMatchObject({
      name: "UsernameExistsException",
      reason: "user-exists",
      status: 409,
    });
    expect(await refused(visitor.confirmSignUp(NAME, "000000"))).toEqual(
      error(
        "CodeMismatchException",
        "code-wrong",
        "Invalid verification code provided, please try again.",
        400,
      ),
    );
    expect(await refused(visitor.confirmSignUp("nobody", "000000"))).toMatchObject({
      reason: "code-wrong",
    });
    await visitor.confirmSignUp(NAME, ` ${SIGN_UP_CODE} `);
    expect(await auth.signIn(NAME, PASSWORD)).toMatchObject({ signedIn: true });
    expect(await auth.users.get(NAME)).toMatchObject({
      username: NAME,
      sub,
      status: "CONFIRMED",
      enabled: true,
      createdAt: expect.any(Date),
    });
  });

  // Cases 86 and 110.
  test("a forgotten password, and one that an administrator withdraws", async () => {
    const username = await user("forgetful");
    expect(await visitor.forgotPassword("nobody")).toBeUndefined();
    expect(await visitor.forgotPassword(username)).toBeUndefined();
    expect(
      await refused(visitor.resetPassword(username, "000000", "New-Labyrinth2")),
    ).toMatchObject({ reason: "code-wrong" });
    await visitor.resetPassword(username, RESET_CODE, "New-Labyrinth2");
    expect(await auth.signIn(username, "New-Labyrinth2")).toMatchObject({ signedIn: true });
    expect(await refused(auth.signIn(username, PASSWORD))).toMatchObject({
      reason: "bad-credentials",
    });
    await auth.users.forcePasswordReset(username);
    expect(await refused(auth.signIn(username, "New-Labyrinth2"))).toMatchObject({
      reason: "password-reset-required",
    });
    await visitor.resetPassword(username, RESET_CODE, PASSWORD);
    expect(await auth.signIn(username, PASSWORD)).toMatchObject({ signedIn: true });
  });

  // Cases 91, 92, 96, 97.
  test("the own account", async () => {
    const username = await user("owner");
    const { accessToken, idToken } = await auth.signIn(username, PASSWORD);
    const account = visitor.account(accessToken);
    expect(await account.get()).toMatchObject({
      username,
      attributes: { email: "owner@example.com" },
    });
    expect(await refused(visitor.account(idToken).get())).toMatchObject({
      reason: "token-malformed",
    });
    await account.update({ name: "Owner" });
    expect(await account.get()).toMatchObject({ attributes: { name: "Owner" } });
    expect(await refused(account.changePassword("wrong", "New-Labyrinth2"))).toEqual(
      error("NotAuthorizedException", "bad-credentials", "Incorrect username or password.", 401),
    );
    await account.changePassword(PASSWORD, "New-Labyrinth2");
    await emulator.call("SetUserPoolMfaConfig", {
      UserPoolId: environment.userPoolId,
      SoftwareTokenMfaConfiguration: { Enabled: true },
      MfaConfiguration: "OPTIONAL",
    });
    const { secret } = await account.setUpTotp();
    const code = totpAt(secret, Date.now());
    const wrong = code === "000000" ? "000001" : "000000";
    expect(await refusal(account.confirmTotp(wrong))).toMatchObject({
      reason: "code-wrong",
      stage: "verify",
    });
    await account.confirmTotp(code);
    expect(await auth.signIn(username, "New-Labyrinth2")).toMatchObject({
      name: "SOFTWARE_TOKEN_MFA",
    });
    await auth.users.setMfa(username, { totp: false });
    await auth.signIn(username, "New-Labyrinth2");
    await account.signOutEverywhere();
    expect(await refused(account.get())).toMatchObject({ reason: "token-revoked" });
  });

  // Cases 101, 102, 104, 106, 109.
  test("users", async () => {
    const invited = await auth.users.create("invited", { attributes: { email: "i@example.com" } });
    expect(invited).toMatchObject({ status: "FORCE_CHANGE_PASSWORD" });
    await auth.users.invite("invited");
    const username = await user("minos");
    const { sub } = await auth.users.get(username);
    expect(await auth.users.get(sub)).toMatchObject({ username });
    expect(await auth.users.find({ email: "minos@example.com" })).toMatchObject({ sub });
    await user("pasiphae", { email: "minos@example.com" });
    expect(await refused(auth.users.find({ email: "minos@example.com" }))).toMatchObject({
      reason: "user-ambiguous",
    });
    expect(await auth.users.find({ email: 'a"b\\c' })).toBeUndefined();
    const { accessToken, refreshToken } = await auth.signIn(username, PASSWORD);
    await auth.users.disable(username);
    const disabled = error("NotAuthorizedException", "user-disabled", "User is disabled.", 403);
    expect(await refused(auth.signIn(username, PASSWORD))).toEqual(disabled);
    for (const call of [auth.refresh(refreshToken), auth.account(accessToken).get()]) {
      expect(await refused(call)).toMatchObject({ name: "NotAuthorizedException" });
    }
    expect((await all(auth.users.list({ enabled: false }))).map((one) => one.username)).toEqual([
      username,
    ]);
    await auth.users.enable(username);
    await auth.users.delete(username);
    expect(await refused(auth.users.get(username))).toMatchObject({ reason: "user-missing" });
  });

  // Cases 111, 112, 115.
  test("groups, and any other operation", async () => {
    const username = await user("hero");
    expect(await refused(auth.users.addToGroup(username, "nope"))).toMatchObject({
      name: "ResourceNotFoundException",
      reason: "group-missing",
      status: 404,
    });
    const { name } = await auth.groups.create("heroes", { precedence: 3 });
    expect(await refused(auth.groups.create(name))).toMatchObject({ reason: "group-exists" });
    await auth.users.addToGroup(username, name);
    expect(await auth.users.groups(username)).toEqual([
      expect.objectContaining({ name, precedence: 3, createdAt: expect.any(Date) }),
    ]);
    expect(await all(auth.groups.users(name))).toEqual([expect.objectContaining({ username })]);
    await auth.groups.delete(name);
    expect(await refused(auth.groups.get(name))).toMatchObject({ reason: "group-missing" });
    const { Groups } = await auth.call("AdminListGroupsForUser", { Username: username });
    expect(Groups).toEqual([]);
    // The pool has no threat protection.
    const events = auth.call("AdminListUserAuthEvents", { Username: username });
    expect(await refused(events)).toMatchObject({ reason: "config" });
  });

  // Case 114, and the policies of docs/administration.md.
  describe("IAM", () => {
    const calls = {
      "users.create": ["iam-new", { password: PASSWORD }],
      "users.update": ["iam-user", { name: "a" }],
      "users.setPassword": ["iam-user", PASSWORD],
      "users.setMfa": ["iam-user", { totp: false }],
      "users.find": [{ username: "iam-user" }],
      "users.list": [],
      "users.addToGroup": ["iam-user", "iam-group"],
      "users.removeFromGroup": ["iam-user", "iam-group"],
      "groups.list": [],
      "groups.create": ["iam-other"],
    };
    const policies = JSON.stringify(PARTS["docs/administration.md"]);
    const actionsOf = (title) =>
      policies
        .split(`${title}: `)[1]
        .split("```")[1]
        .match(/cognito-idp:[A-Z]\w+/g);

    /** What becomes of a call with credentials that allow these actions. */
    async function reasonOf(group, name, actions) {
      const credentials = await emulator.createCredentials(actions);
      const mine = createAuth({ ...environment, credentials });
      const given = calls[`${group}.${name}`] ?? [group === "users" ? "iam-user" : "iam-group"];
      const result = mine[group][name](...given);
      const promise = result.next === undefined ? result : result.next();
      return promise.then(
        () => undefined,
        ({ reason }) => reason,
      );
    }

    test.each(POLICIES.map(([title, groups]) => [title, groups]))(
      "%s: the policy allows that, and nothing less does",
      async (title, groups) => {
        const actions = actionsOf(title);
        for (const [group, names] of Object.entries(groups)) {
          for (const name of names) {
            expect([name, await reasonOf(group, name, actions)]).not.toEqual([
              name,
              "aws-credentials",
            ]);
          }
        }
        for (const action of actions) {
          const rest = actions.filter((other) => other !== action);
          const reasons = [];
          for (const [group, names] of Object.entries(groups)) {
            for (const name of names) reasons.push(await reasonOf(group, name, [...rest, "sts:*"]));
          }
          expect([action, reasons.includes("aws-credentials")]).toEqual([action, true]);
        }
      },
    );
  });
});
