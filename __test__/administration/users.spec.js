"use strict";

// auth.users on a test pool, and on a server whose answers the test writes.

const { createAuth } = require("../..");
const { failure, startServiceServer } = require("../../tools/testing/service-server.js");
const {
  NAME,
  PASSWORD,
  usePools,
  all,
  error,
  last,
  operations,
  refusal,
  refused,
} = require("../sign-in/support.js");

const open = usePools();
const EMAIL = "theseus@example.com";
const WITH_EMAIL = { user: { attributes: { email: EMAIL, phone_number: "+14155550100" } } };
const MISSING = error("UserNotFoundException", "user-missing", "User does not exist.", 404);

describe("get", () => {
  test("a plain object with Dates", async () => {
    const { pool, auth } = await open(WITH_EMAIL);
    const user = await auth.users.get(NAME);
    const { sub } = pool.users.get(NAME).attributes;
    expect(user).toEqual({
      username: NAME,
      sub,
      attributes: {
        sub,
        email: EMAIL,
        email_verified: "true",
        phone_number: "+14155550100",
        phone_number_verified: "true",
      },
      enabled: true,
      status: "CONFIRMED",
      createdAt: expect.any(Date),
      updatedAt: expect.any(Date),
      mfa: { enabled: [] },
    });
    expect(Math.abs(user.createdAt - Date.now())).toBeLessThan(60_000);
    expect(pool.requests.at(-1)).toEqual({
      operation: "AdminGetUser",
      body: { UserPoolId: pool.userPoolId, Username: NAME },
      signed: true,
    });
    // Case 104.
    expect(await auth.users.get(sub)).toEqual(user);
  });

  test("second factors", async () => {
    const { auth } = await open({
      mfa: "OPTIONAL",
      user: { totpSecret: "JBSWY3DPEHPK3PXQ", preferredMfa: "SOFTWARE_TOKEN_MFA" },
    });
    const { mfa } = await auth.users.get(NAME);
    expect(mfa).toEqual({ enabled: ["SOFTWARE_TOKEN_MFA"], preferred: "SOFTWARE_TOKEN_MFA" });
  });

  test("of nobody", async () => {
    const { auth } = await open();
    expect(await refused(auth.users.get("nobody"))).toEqual(MISSING);
  });

  test.each([undefined, null, "", 5, ["theseus"], { toString: () => NAME }, "\ud800"])(
    "of %p: refused, and nothing is sent",
    async (username) => {
      const { pool, auth } = await open();
      expect(await refused(auth.users.get(username))).toMatchObject({ reason: "invalid-argument" });
      expect(pool.requests).toEqual([]);
    },
  );

  test("options are checked", async () => {
    const { pool, auth } = await open();
    expect(await refusal(auth.users.get(NAME, { sginal: 1 }))).toMatchObject({
      reason: "config",
      message: "users.get has no option sginal; there are: signal",
    });
    expect(pool.requests).toEqual([]);
  });

  // Cyrillic, Greek, Arabic, Devanagari, Han, Hangul, Thai, symbols, beyond the first plane.
  test.each(["й", "θ", "م", "अ", "試", "한", "ก", "€", "𐍈", "😀"])(
    "a name of 128 characters %s",
    async (character) => {
      const username = character.repeat(128 / character.length);
      const { auth } = await open({ users: [] });
      await auth.users.create(username, { password: PASSWORD });
      expect(await auth.users.get(username)).toMatchObject({ username });
      expect(await auth.users.find({ username })).toMatchObject({ username });
    },
  );
});

describe("find", () => {
  test("one user, by each attribute", async () => {
    const { pool, auth } = await open(WITH_EMAIL);
    const { sub } = pool.users.get(NAME).attributes;
    for (const filter of [
      { username: NAME },
      { sub },
      { email: EMAIL },
      { phone_number: "+14155550100" },
    ]) {
      const user = await auth.users.find(filter);
      expect(user).toMatchObject({ username: NAME, sub, status: "CONFIRMED" });
      expect(user).not.toHaveProperty("mfa");
    }
    expect(last(pool)).toEqual({
      UserPoolId: pool.userPoolId,
      Filter: 'phone_number = "+14155550100"',
    });
    expect(await auth.users.find({ email: "nobody@example.com" })).toBeUndefined();
  });

  // Case 106.
  test("two matches are ambiguous", async () => {
    const { auth } = await open(WITH_EMAIL);
    const attributes = { email: EMAIL, email_verified: "true" };
    await auth.users.create("ariadne", { attributes, password: PASSWORD });
    expect(await refusal(auth.users.find({ email: EMAIL }))).toMatchObject({
      name: "UserAmbiguousError",
      reason: "user-ambiguous",
      status: 409,
    });
  });

  test("an address that is not verified is nobody's, unless asked for", async () => {
    const { auth } = await open({
      user: { attributes: { email: EMAIL, email_verified: "false" } },
    });
    expect(await auth.users.find({ email: EMAIL })).toBeUndefined();
    expect(await auth.users.find({ email: EMAIL }, { verified: false })).toMatchObject({
      username: NAME,
    });
  });

  // Case 107, and rule 12 of the security review: `?email[startsWith]=adm`.
  test.each([
    undefined,
    null,
    {},
    [],
    "theseus",
    { email: EMAIL, name: "x" },
    { email: undefined },
    { email: "" },
    { email: { startsWith: "adm" } },
    { email: ["a"] },
    { email: undefined, username: NAME },
    { emailStartsWith: "a" },
    { "custom:a": "b" },
    Object.create({ email: EMAIL }),
    new Map([["email", EMAIL]]),
    {
      get email() {
        return EMAIL;
      },
    },
  ])("%p is refused, and nothing is sent", async (filter) => {
    const { pool, auth } = await open(WITH_EMAIL);
    const failed = await refusal(auth.users.find(filter));
    expect(failed).toMatchObject({ reason: "invalid-argument", status: 400 });
    expect(failed.message).not.toContain(EMAIL);
    expect(pool.requests).toEqual([]);
  });
});

describe("find and list on any answer", () => {
  let service;
  beforeAll(async () => {
    service = await startServiceServer();
  });
  afterAll(() => service.stop());
  beforeEach(() => service.clear());

  const user = (Username, attributes = {}, more = {}) => ({
    Username,
    Attributes: Object.entries({ sub: `sub-${Username}`, ...attributes }).map(([Name, Value]) => ({
      Name,
      Value,
    })),
    Enabled: true,
    UserStatus: "CONFIRMED",
    ...more,
  });
  const auth = () => createAuth(service.options);
  const answer = (...pages) => service.next("ListUsers", ...pages.map((body) => ({ body })));
  const verified = { email: EMAIL, email_verified: "true" };

  // Case 105.
  test.each([
    ['a"b\\c', 'email = "a\\"b\\\\c"'],
    ['" or username ^= "', 'email = "\\" or username ^= \\""'],
    ["\\", 'email = "\\\\"'],
  ])("%s is escaped, and an answer that does not match is not returned", async (email, Filter) => {
    answer({ Users: [user("other", verified)] });
    expect(await auth().users.find({ email })).toBeUndefined();
    expect(service.requests.at(-1).body.Filter).toBe(Filter);
  });

  test("pages are followed until the token is gone, empty ones too", async () => {
    answer(
      { Users: [], PaginationToken: "1" },
      { Users: [user("other")], PaginationToken: "2" },
      { Users: [user(NAME, { ...verified, email: "THESEUS@example.com" })], PaginationToken: "3" },
      { Users: [user(NAME, verified)] },
    );
    expect(await auth().users.find({ email: EMAIL })).toMatchObject({ username: NAME });
    expect(service.requests.map(({ body }) => body.PaginationToken)).toEqual([
      undefined,
      "1",
      "2",
      "3",
    ]);
  });

  test("a second match ends the search", async () => {
    answer({ Users: [user("a", verified), user("b", verified)], PaginationToken: "1" });
    expect(await refused(auth().users.find({ email: EMAIL }))).toMatchObject({
      reason: "user-ambiguous",
    });
    expect(service.requests.length).toBe(1);
  });

  test("names and sub are compared with case", async () => {
    answer({ Users: [user("Theseus")] });
    expect(await auth().users.find({ username: NAME })).toBeUndefined();
    answer({ Users: [user(NAME, { sub: "A-1" })] });
    expect(await auth().users.find({ sub: "a-1" })).toBeUndefined();
  });

  test.each([
    ["no list", {}],
    ["no users", { Users: [5] }],
    ["a user without a sub", { Users: [{ Username: "a", Attributes: [] }] }],
    ["a date that is none", { Users: [user("a", {}, { UserCreateDate: "yesterday" })] }],
    ["a date beyond all dates", { Users: [user("a", {}, { UserCreateDate: 1e300 })] }],
    ["attributes that are none", { Users: [{ ...user("a"), Attributes: ["sub"] }] }],
  ])("list: %s is unreadable", async (_what, body) => {
    answer(body);
    const items = all(auth().users.list());
    if (_what === "no list") expect(await items).toEqual([]);
    else expect(await refused(items)).toMatchObject({ reason: "service", status: 503 });
  });

  test("a token that comes back for itself is not followed without end", async () => {
    const body = { Users: [user("a")], PaginationToken: "1" };
    answer(body, body, body);
    expect(await refused(all(auth().users.list()))).toMatchObject({ reason: "service" });
    expect(service.requests.length).toBe(2);
    answer(body, body, body);
    expect(await refused(auth().users.find({ username: "b" }))).toMatchObject({
      reason: "service",
    });
  });

  // Two pages name each other; in one of the cases they have users whom the filter does not mean.
  test.each([undefined, { status: "UNCONFIRMED" }])(
    "pages without end in which nothing fits end a step: list(%p)",
    async (filter) => {
      let pages = 0;
      service.always("ListUsers", () => {
        pages += 1;
        const Users = filter === undefined ? [] : [user("confirmed")];
        return { body: { Users, PaginationToken: String(pages % 2) } };
      });
      const iterator = createAuth({ ...service.options, timeoutMs: 1000 }).users.list(filter);
      expect(await refusal(iterator.next())).toMatchObject({
        name: "TimeoutError",
        reason: "timeout",
        status: 503,
        retryable: true,
      });
      expect(pages).toBeGreaterThan(1);
      expect(await iterator.next()).toEqual({ value: undefined, done: true });
    },
  );

  test("a filter that changes between two pages changes nothing", async () => {
    const filter = { usernameStartsWith: "a" };
    const options = {};
    answer({ Users: [user("a")], PaginationToken: "1" }, { Users: [user("ab")] });
    const iterator = auth().users.list(filter, options);
    await iterator.next();
    filter.usernameStartsWith = "b";
    options.signal = "none";
    expect(await iterator.next()).toMatchObject({ value: { username: "ab" } });
    expect(service.requests.map(({ body }) => body.Filter)).toEqual(
      Array(2).fill('username ^= "a"'),
    );
  });

  test("a page of users with as many and as long attributes as they can have is read", async () => {
    const names = Array.from({ length: 50 }, (_, index) => `custom:${index}`);
    const attributes = Object.fromEntries(names.map((name) => [name, "x".repeat(2048)]));
    answer({ Users: Array.from({ length: 60 }, (_, index) => user(String(index), attributes)) });
    const users = await all(auth().users.list());
    expect([users.length, Object.keys(users[59].attributes).length]).toEqual([60, 51]);
  });

  test("a signal ends a loop within a page, too", async () => {
    answer({ Users: [user("a"), user("b")] });
    const controller = new AbortController();
    const iterator = auth().users.list({}, { signal: controller.signal });
    expect(await iterator.next()).toMatchObject({ value: { username: "a" } });
    controller.abort();
    const failed = await refusal(iterator.next());
    expect(failed).toMatchObject({ reason: "aborted", cause: controller.signal.reason });
    expect(failed.stack).toContain(__filename);
    expect(await iterator.next()).toEqual({ value: undefined, done: true });
  });

  test("all pages are one pool's, whatever the environment says by the next one", async () => {
    answer({ Users: [user("a")], PaginationToken: "1" }, { Users: [user("b")] });
    const { userPoolId, ...options } = service.options;
    process.env.USER_POOL_ID = userPoolId;
    try {
      const iterator = createAuth(options).users.list();
      await iterator.next();
      process.env.USER_POOL_ID = "us-east-1_Other1234";
      await iterator.next();
    } finally {
      delete process.env.USER_POOL_ID;
    }
    expect(service.requests.map(({ body }) => body.UserPoolId)).toEqual([userPoolId, userPoolId]);
  });

  test("what is ended early fetches no further page", async () => {
    answer({ Users: [user("a"), user("b")], PaginationToken: "1" });
    for await (const { username } of auth().users.list()) {
      expect(username).toBe("a");
      break;
    }
    expect(service.requests.length).toBe(1);
  });

  test("60,000 users are never in memory together: one page is asked for at a time", async () => {
    let page = 0;
    const tokens = [];
    service.always("ListUsers", ({ body }) => {
      tokens.push(body.PaginationToken);
      page += 1;
      const Users = Array.from({ length: 60 }, (_, index) => user(`${page}-${index}`));
      return { body: { Users, ...(page < 1000 && { PaginationToken: String(page) }) } };
    });
    let count = 0;
    let early = 0;
    for await (const { username } of auth().users.list()) {
      count += 1;
      // The page of this user is the last one that was asked for.
      if (!username.startsWith(`${page}-`)) early += 1;
    }
    expect([count, page, early]).toEqual([60_000, 1000, 0]);
    expect(tokens).toEqual([undefined, ...Array.from({ length: 999 }, (_, at) => String(at + 1))]);
  });

  test("a server that ignores the filter hands out no other users to a loop that deletes", async () => {
    const enabled = user("a");
    const disabled = user("b", {}, { Enabled: false, UserStatus: "UNCONFIRMED" });
    service.always("ListUsers", { body: { Users: [enabled, disabled] } });
    const names = async (filter) => (await all(auth().users.list(filter))).map((u) => u.username);
    expect(await names({ status: "UNCONFIRMED" })).toEqual(["b"]);
    expect(await names({ enabled: true })).toEqual(["a"]);
    expect(service.requests.map(({ body }) => body.Filter)).toEqual([
      'cognito:user_status = "UNCONFIRMED"',
      'status = "Enabled"',
    ]);
  });

  test.each(["AccessDeniedException"])("case 114: %s", async (code) => {
    service.always("AdminGetUser", failure(code, "User is not authorized to perform"));
    expect(await refused(auth().users.get(NAME))).toMatchObject({
      name: code,
      reason: "aws-credentials",
      status: 500,
    });
  });

  test.each(["get", "delete", "addToGroup"])(
    "Object.prototype changes nothing: %s",
    async (name) => {
      service.always("AdminGetUser", { body: user(NAME, verified) });
      for (const operation of ["AdminDeleteUser", "AdminAddUserToGroup"]) {
        service.always(operation, { body: {} });
      }
      Object.assign(Object.prototype, { keep: 5, tell: true, send: "DeleteUserPool", read: 5 });
      Object.assign(Object.prototype, { temporary: true, UserPoolId: "other", return: 5 });
      try {
        await auth().users[name](NAME, ...(name === "addToGroup" ? ["g"] : []));
        const { body } = service.requests.at(-1);
        expect(Object.hasOwn(body, "UserPoolId") && body.UserPoolId).toBe(
          service.options.userPoolId,
        );
        expect(Object.keys(body)).not.toContain("Permanent");
      } finally {
        for (const member of [
          "keep",
          "tell",
          "send",
          "read",
          "temporary",
          "UserPoolId",
          "return",
        ]) {
          delete Object.prototype[member];
        }
      }
    },
  );
});

describe("list", () => {
  test("all users, over pages", async () => {
    const { pool, auth } = await open({ users: [] });
    const names = Array.from({ length: 130 }, (_, index) => `user-${index}`);
    for (const username of names) pool.users.set(username, { username, password: PASSWORD });
    const users = await all(auth.users.list());
    expect(users.map(({ username }) => username)).toEqual(names);
    expect(operations(pool)).toEqual(["ListUsers", "ListUsers", "ListUsers"]);
  });

  test.each([
    [{}, undefined],
    [undefined, undefined],
    [{ usernameStartsWith: "the" }, 'username ^= "the"'],
    [{ emailStartsWith: 'a"' }, 'email ^= "a\\""'],
    [{ phoneNumberStartsWith: "+1" }, 'phone_number ^= "+1"'],
    [{ nameStartsWith: "T" }, 'name ^= "T"'],
    [{ enabled: false }, 'status = "Disabled"'],
    [{ email: EMAIL }, `email = "${EMAIL}"`],
  ])("%p sends %s", async (filter, Filter) => {
    const { pool, auth } = await open(WITH_EMAIL);
    await all(auth.users.list(filter));
    expect(last(pool)).toEqual({ UserPoolId: pool.userPoolId, ...(Filter && { Filter }) });
  });

  test.each([
    null,
    5,
    { status: undefined },
    { enabled: "true" },
    { status: "A", enabled: true },
    { constructor: "a" },
    { __proto__: null, toString: "a" },
  ])("%p is refused at the first step, and nothing is sent", async (filter) => {
    const { pool, auth } = await open();
    const iterator = auth.users.list(filter);
    const failed = await refusal(iterator.next());
    expect(failed).toMatchObject({ reason: "invalid-argument" });
    expect(failed.stack).toContain(__filename);
    expect(await iterator.next()).toEqual({ value: undefined, done: true });
    expect(pool.requests).toEqual([]);
  });

  test("a signal ends it", async () => {
    const { auth } = await open();
    const signal = AbortSignal.abort();
    expect(await refused(all(auth.users.list({}, { signal })))).toMatchObject({
      reason: "aborted",
    });
  });
});
