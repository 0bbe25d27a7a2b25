"use strict";

// Administration of users and groups, by raw requests: the cases of the specification.

const { begin, outcome, play, startPool } = require("../support/test-pool.js");

const PASSWORD = "Labyrinth1";
const EMAIL = "theseus@example.com";
const MISSING = ["UserNotFoundException", "User does not exist."];
const NO_GROUP = ["ResourceNotFoundException", "Group not found."];
const FILTER = ["InvalidParameterException", "Error while parsing filter."];

let pool;
beforeAll(async () => {
  pool = await startPool({ aliases: ["email"], groups: ["kings"] });
});
afterAll(() => pool.stop());
beforeEach(() => {
  pool.users.clear();
  pool.outbox.length = 0;
  pool.users.set("theseus", {
    username: "theseus",
    password: PASSWORD,
    attributes: { email: EMAIL },
  });
});

const call = async (operation, members) => (await play(pool, operation, members)).body;
const of = (operation, members) => call(operation, { Username: "theseus", ...members });
const theseus = () => pool.users.get("theseus");
const list = (attributes) => Object.entries(attributes).map(([Name, Value]) => ({ Name, Value }));
const signIn = async (USERNAME, password) =>
  outcome(await begin(pool, "USER_PASSWORD_AUTH", { USERNAME, PASSWORD: password }));

const NAMED = [
  "AdminGetUser",
  "AdminSetUserPassword",
  "AdminDeleteUser",
  "AdminEnableUser",
  "AdminDisableUser",
  "AdminResetUserPassword",
  "AdminUpdateUserAttributes",
  "AdminDeleteUserAttributes",
  "AdminSetUserMFAPreference",
  "AdminUserGlobalSignOut",
  "AdminAddUserToGroup",
  "AdminRemoveUserFromGroup",
  "AdminListGroupsForUser",
];
test.each(NAMED)("%s of an unknown user", async (operation) => {
  const members = {
    Password: PASSWORD,
    UserAttributes: [],
    UserAttributeNames: [],
    GroupName: "kings",
  };
  expect(outcome(await call(operation, { Username: "nobody", ...members }))).toEqual(MISSING);
});

describe("AdminCreateUser", () => {
  const create = (members) => call("AdminCreateUser", { Username: "ariadne", ...members });
  const UserAttributes = list({ email: "ariadne@example.com", email_verified: "true" });

  test("an invitation by e-mail, the temporary password in it", async () => {
    const { User } = await create({ UserAttributes, DesiredDeliveryMediums: ["EMAIL"] });
    expect(User).toMatchObject({
      Username: "ariadne",
      Enabled: true,
      UserStatus: "FORCE_CHANGE_PASSWORD",
      Attributes: expect.arrayContaining(UserAttributes),
    });
    const [{ temporaryPassword, ...message }] = pool.outbox;
    expect(message).toEqual({ to: "ariadne@example.com", by: "EMAIL", username: "ariadne" });
    expect(await signIn("ariadne", temporaryPassword)).toBe("NEW_PASSWORD_REQUIRED");
  });

  test.each([
    ["by SMS unless it is asked for otherwise", {}],
    ["not at all", { DesiredDeliveryMediums: ["EMAIL"], MessageAction: "SUPPRESS" }],
  ])("sends nothing to an e-mail address: %s", async (_name, members) => {
    await create({ UserAttributes, ...members });
    expect(pool.outbox).toEqual([]);
  });

  test("a given temporary password, then one to keep", async () => {
    await create({ TemporaryPassword: PASSWORD, MessageAction: "SUPPRESS" });
    expect(await signIn("ariadne", PASSWORD)).toBe("NEW_PASSWORD_REQUIRED");
    const members = { Username: "ariadne", Password: "Labyrinth2", Permanent: true };
    expect(await call("AdminSetUserPassword", members)).toEqual({});
    expect(await signIn("ariadne", "Labyrinth2")).toBe("tokens");
  });

  test("RESEND: a new password, which lives for seven days from then on", async () => {
    await create({ UserAttributes });
    pool.advance(6 * 24 * 3600);
    await create({ MessageAction: "RESEND", DesiredDeliveryMediums: ["EMAIL"] });
    pool.advance(2 * 24 * 3600);
    const { temporaryPassword } = pool.outbox.at(-1);
    expect(await signIn("ariadne", temporaryPassword)).toBe("NEW_PASSWORD_REQUIRED");
  });

  test("an alias is taken from somebody by force, and an address that is not verified is none", async () => {
    await create({ UserAttributes: list({ email: EMAIL }) });
    expect(theseus().attributes.email_verified).toBe("true");
    const verified = list({ email: EMAIL, email_verified: "true" });
    await create({ Username: "minos", UserAttributes: verified, ForceAliasCreation: true });
    expect(theseus().attributes.email_verified).toBe("false");
    expect((await call("AdminGetUser", { Username: EMAIL })).Username).toBe("minos");
  });

  test.each([
    [
      "a name that is taken",
      { Username: "theseus" },
      ["UsernameExistsException", "User account already exists"],
    ],
    [
      "an alias that is taken",
      { UserAttributes: list({ email: EMAIL, email_verified: "true" }) },
      ["AliasExistsException", "An account with the given email already exists."],
    ],
    ["RESEND to nobody", { MessageAction: "RESEND" }, MISSING],
    [
      "RESEND to a user who is confirmed",
      { Username: "theseus", MessageAction: "RESEND" },
      [
        "UnsupportedUserStateException",
        "Resend not possible. theseus status is not FORCE_CHANGE_PASSWORD",
      ],
    ],
    [
      "a password against the policy",
      { TemporaryPassword: "Lab1" },
      [
        "InvalidPasswordException",
        "Password did not conform with policy: Password not long enough",
      ],
    ],
    [
      "a sub",
      { UserAttributes: list({ sub: "x" }) },
      ["NotAuthorizedException", "A client attempted to write unauthorized attribute"],
    ],
  ])("%s", async (_name, members, expected) => {
    expect(outcome(await create(members))).toEqual(expected);
  });
});

describe("users", () => {
  test.each([
    [true, "CONFIRMED", "tokens"],
    [false, "FORCE_CHANGE_PASSWORD", "NEW_PASSWORD_REQUIRED"],
    [undefined, "FORCE_CHANGE_PASSWORD", "NEW_PASSWORD_REQUIRED"],
  ])("AdminSetUserPassword, permanent: %p", async (Permanent, status, expected) => {
    expect(await of("AdminSetUserPassword", { Password: "Labyrinth2", Permanent })).toEqual({});
    expect(theseus().status).toBe(status);
    expect(await signIn("theseus", "Labyrinth2")).toBe(expected);
    expect(await signIn("theseus", PASSWORD)).toEqual([
      "NotAuthorizedException",
      "Incorrect username or password.",
    ]);
  });

  test("AdminDisableUser and AdminEnableUser", async () => {
    expect(await of("AdminDisableUser")).toEqual({});
    expect(await signIn("theseus", PASSWORD)).toEqual([
      "NotAuthorizedException",
      "User is disabled.",
    ]);
    expect(await of("AdminEnableUser")).toEqual({});
    expect(await signIn("theseus", PASSWORD)).toBe("tokens");
  });

  test("AdminDeleteUser", async () => {
    expect(await of("AdminDeleteUser")).toEqual({});
    expect(await signIn("theseus", PASSWORD)).toEqual(MISSING);
  });

  test.each([
    ["no verified address", { email_verified: "false" }, "InvalidParameterException"],
    ["none", { email: "" }, "InvalidParameterException"],
  ])("AdminResetUserPassword: %s", async (_name, attributes, type) => {
    Object.assign(theseus().attributes, attributes);
    if (attributes.email === "") theseus().attributes = { sub: theseus().attributes.sub };
    expect(outcome(await of("AdminResetUserPassword"))[0]).toBe(type);
    expect(theseus().status).toBe("CONFIRMED");
  });

  test("administrators write what users do not, and a new address is verified if they say so", async () => {
    const write = (attributes) =>
      of("AdminUpdateUserAttributes", { UserAttributes: list(attributes) });
    expect(await write({ email: "t@athens.example", email_verified: "true" })).toEqual({});
    expect([theseus().attributes.email_verified, pool.outbox]).toEqual(["true", []]);
    expect(await write({ email: EMAIL })).toEqual({});
    expect([theseus().attributes.email_verified, pool.outbox.length]).toEqual(["false", 1]);
    expect(await of("AdminDeleteUserAttributes", { UserAttributeNames: ["email"] })).toEqual({});
    expect(Object.keys(theseus().attributes)).toEqual(["sub"]);
    expect(outcome(await write({ sub: "x" }))[0]).toBe("NotAuthorizedException");
  });
});

describe("ListUsers", () => {
  const names = async (members) => {
    const body = await call("ListUsers", members);
    return outcome(body) ?? body.Users.map(({ Username }) => Username);
  };
  beforeEach(() => {
    pool.addUser({
      username: "Ariadne",
      enabled: false,
      attributes: { email: 'a"b\\c@example.com', name: "Ariadne", "custom:thread": "red" },
    });
    pool.addUser({ username: "minos", status: "UNCONFIRMED", attributes: { name: "Minos" } });
  });

  const ALL = ["theseus", "Ariadne", "minos"];
  test.each([
    [undefined, ALL],
    ["", ALL],
    ['email = "theseus@example.com"', ["theseus"]],
    [String.raw`email = "a\"b\\c@example.com"`, ["Ariadne"]],
    ['email ^= "the"', ["theseus"]],
    ['"name" = "Minos"', ["minos"]],
    ['name="Minos"', ["minos"]],
    ['username = "ariadne"', []],
    ['username ^= "A"', ["Ariadne"]],
    ['status = "Disabled"', ["Ariadne"]],
    ['cognito:user_status = "UNCONFIRMED"', ["minos"]],
    ['phone_number = "x"', []],
    ['custom:thread = "red"', FILTER],
    ["email = x", FILTER],
    ['email = "x" and name = "y"', FILTER],
    ['email = "x""', FILTER],
    ['email > "x"', FILTER],
    ['constructor = "x"', FILTER],
  ])("the filter %p", async (Filter, expected) => {
    expect(await names({ Filter })).toEqual(expected);
  });

  test("pages, to the end", async () => {
    const found = [];
    let PaginationToken;
    do {
      const body = await call("ListUsers", { Limit: 2, PaginationToken });
      found.push(body.Users.length);
      ({ PaginationToken } = body);
    } while (PaginationToken !== undefined);
    expect(found).toEqual([2, 1]);
    expect((await names({ PaginationToken: "x" }))[0]).toBe("InvalidParameterException");
  });

  /** The answer to the next page of a list that is another one than the one that the token is of. */
  const FOREIGN = ["InvalidParameterException", "Paging Marker is Invalid for Request"];
  test("a token is for its own filter", async () => {
    const Filter = 'status = "Enabled"';
    const { PaginationToken } = await call("ListUsers", { Limit: 1, Filter });
    for (const other of [undefined, 'status = "Disabled"']) {
      expect(await names({ Filter: other, PaginationToken })).toEqual(FOREIGN);
    }
    expect(await names({ Filter, PaginationToken })).toEqual(["minos"]);
    const [code, place] = PaginationToken.split(".");
    const moved = Buffer.from(JSON.stringify({ name: "x", index: 0 })).toString("base64url");
    for (const token of [`${code}.${moved}`, place, `.${place}`, "."]) {
      expect(await names({ Filter, PaginationToken: token })).toEqual(FOREIGN);
    }
  });

  test("users who are deleted meanwhile move nobody to another page", async () => {
    const { Users, PaginationToken } = await call("ListUsers", { Limit: 1 });
    await call("AdminDeleteUser", { Username: Users[0].Username });
    expect(await names({ Limit: 60, PaginationToken })).toEqual(["Ariadne", "minos"]);
  });

  test.each([
    [0, ALL],
    [60, ALL],
    [1.5, ["SerializationException", undefined]],
  ])("a limit of %d", async (Limit, expected) => {
    expect(await names({ Limit })).toEqual(expected);
  });

  test("tokens of other lists: another group's, another user's, another pool's", async () => {
    pool.users.get("minos").groups.push("kings", "judges");
    for (const GroupName of ["kings", "judges", "heroes"]) {
      await call("CreateGroup", { GroupName });
      for (const Username of ["theseus", "minos"]) {
        await call("AdminAddUserToGroup", { GroupName, Username });
      }
    }
    const next = async (operation, members) =>
      (await call(operation, { ...members, Limit: 1 })).NextToken;
    const ask = async (operation, members) => outcome(await call(operation, members));
    const ofKings = await next("ListUsersInGroup", { GroupName: "kings" });
    const judges = { GroupName: "judges", NextToken: ofKings };
    expect(await ask("ListUsersInGroup", judges)).toEqual(FOREIGN);
    const ofTheseus = await next("AdminListGroupsForUser", { Username: "theseus" });
    const minos = { Username: "minos", NextToken: ofTheseus };
    expect(await ask("AdminListGroupsForUser", minos)).toEqual(FOREIGN);
    expect(await ask("ListGroups", { NextToken: ofTheseus })).toEqual(FOREIGN);
    const other = await startPool({ groups: ["kings", "judges"] });
    const { NextToken } = (await play(other, "ListGroups", { Limit: 1 })).body;
    expect(await ask("ListGroups", { NextToken })).toEqual(FOREIGN);
    await other.stop();
    for (const GroupName of ["judges", "heroes"]) await call("DeleteGroup", { GroupName });
  });

  test.each([
    [61, "less than or equal to 60"],
    [-1, "greater than or equal to 0"],
  ])("a limit of %d", async (Limit, words) => {
    expect(await names({ Limit })).toEqual([
      "InvalidParameterException",
      `1 validation error detected: Value '${Limit}' at 'limit' failed to satisfy constraint: Member must have value ${words}`,
    ]);
  });

  test("a user as lists have it, with some of the attributes", async () => {
    const { Users } = await call("ListUsers", { AttributesToGet: ["email"], Limit: 1 });
    expect(Users).toEqual([
      {
        Username: "theseus",
        Attributes: list({ email: EMAIL }),
        Enabled: true,
        UserStatus: "CONFIRMED",
        UserCreateDate: expect.any(Number),
        UserLastModifiedDate: expect.any(Number),
      },
    ]);
  });
});

describe("groups", () => {
  const group = (operation, members) => call(operation, { GroupName: "heroes", ...members });
  afterEach(() => group("DeleteGroup"));

  test("created once, read, changed, listed, deleted", async () => {
    const dates = { CreationDate: expect.any(Number), LastModifiedDate: expect.any(Number) };
    const heroes = { GroupName: "heroes", UserPoolId: pool.userPoolId, Precedence: 1, ...dates };
    expect(await group("CreateGroup", { Precedence: 1 })).toEqual({ Group: heroes });
    expect(outcome(await group("CreateGroup"))).toEqual([
      "GroupExistsException",
      "A group with the name already exists.",
    ]);
    const changed = { ...heroes, Description: "brave" };
    expect(await group("UpdateGroup", { Description: "brave" })).toEqual({ Group: changed });
    expect(await group("GetGroup")).toEqual({ Group: changed });
    const { Groups } = await call("ListGroups");
    expect(Groups.map(({ GroupName }) => GroupName)).toEqual(["kings", "heroes"]);
    await of("AdminAddUserToGroup", { GroupName: "heroes" });
    expect(await group("DeleteGroup")).toEqual({});
    expect(theseus().groups).toEqual([]);
    expect(outcome(await group("GetGroup"))).toEqual(NO_GROUP);
  });

  test("who is in it, and what the next tokens have", async () => {
    await group("CreateGroup");
    const into = () => of("AdminAddUserToGroup", { GroupName: "heroes" });
    expect([await into(), await into()]).toEqual([{}, {}]);
    expect(theseus().groups).toEqual(["heroes"]);
    const { Users } = await group("ListUsersInGroup");
    expect(Users.map(({ Username }) => Username)).toEqual(["theseus"]);
    const { Groups } = await of("AdminListGroupsForUser");
    expect(Groups.map(({ GroupName }) => GroupName)).toEqual(["heroes"]);
    const claims = JSON.parse(Buffer.from(pool.idToken("theseus").split(".")[1], "base64url"));
    expect(claims["cognito:groups"]).toEqual(["heroes"]);
    expect(await of("AdminRemoveUserFromGroup", { GroupName: "heroes" })).toEqual({});
    expect(await group("ListUsersInGroup")).toEqual({ Users: [] });
  });

  test.each([
    "GetGroup",
    "UpdateGroup",
    "DeleteGroup",
    "ListUsersInGroup",
    "AdminAddUserToGroup",
    "AdminRemoveUserFromGroup",
  ])("%s of a group that there is not", async (operation) => {
    const members = operation.startsWith("Admin") && { Username: "theseus" };
    expect(outcome(await call(operation, { GroupName: "nope", ...members }))).toEqual(NO_GROUP);
  });
});
