"use strict";

// The errors: their classes, what one sees of them, what one never sees, and where their stacks lead.

const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");
const util = require("node:util");
const {
  AuthError,
  JsonWebTokenError,
  NotBeforeError,
  TokenExpiredError,
  createAuth,
} = require("../..");
const { ROOT, run } = require("../support/child.js");
const { startJwksServer } = require("../../tools/testing/jwks-server.js");
const { reasons } = require("../../tools/contract");
const { closedPort, refusal } = require("../../tools/outcomes.js");
const { failure, reset, startServiceServer } = require("../../tools/testing/service-server.js");
const {
  CLIENT,
  POOL,
  idClaims,
  jwk,
  jwks,
  now,
  rsaPair,
  sign,
} = require("../../tools/testing/tokens.js");

const SECRETS = {
  password: "passw0rd-S3CRET",
  accessKeyId: "AKIDS3CRET",
  secretAccessKey: "awskey-S3CRET",
  sessionToken: "awssession-S3CRET",
  clientSecret: "client-S3CRET",
};

let service;

beforeAll(async () => {
  service = await startServiceServer();
});
afterAll(() => service.stop());
beforeEach(() => service.clear());

function make(options = {}) {
  return createAuth({
    region: "us-east-1",
    userPoolId: POOL,
    clientId: CLIENT,
    clientSecret: SECRETS.clientSecret,
    endpoint: service.endpoint,
    credentials: {
      accessKeyId: SECRETS.accessKeyId,
      secretAccessKey: SECRETS.secretAccessKey,
      sessionToken: SECRETS.sessionToken,
    },
    keys: { jwks: jwks(jwk(rsaPair())) },
    ...options,
  });
}

/** Failures of every kind, each by a function that makes it. */
const KINDS = {
  "a service error": () => {
    service.always("AdminInitiateAuth", failure("UserNotFoundException", "User does not exist."));
    return make().login("theseus", SECRETS.password);
  },
  "an error of the server": () => {
    service.always("AdminInitiateAuth", failure("InternalErrorException", "Oops", { status: 500 }));
    return make().login("theseus", SECRETS.password);
  },
  "a challenge": () => {
    service.always("AdminInitiateAuth", {
      body: { ChallengeName: "SMS_MFA", Session: "challenge-S3CRET" },
    });
    return make().login("theseus", SECRETS.password);
  },
  "a broken connection": () => {
    service.always("SignUp", reset);
    return make().createCognitoUser("theseus", SECRETS.password);
  },
  "a refused connection": async () =>
    make({ endpoint: await closedPort() }).createCognitoUser("theseus", SECRETS.password),
  "a time-out": () => {
    service.always("AdminInitiateAuth", () => {});
    return make({ timeoutMs: 300 }).login("theseus", SECRETS.password);
  },
  "an unreadable answer": () => {
    service.always("AdminInitiateAuth", { body: "<html>" });
    return make().login("theseus", SECRETS.password);
  },
  "half a registration": () => {
    service.always("AdminConfirmSignUp", failure("AccessDeniedException", "No"));
    return make().createCognitoUser("theseus", SECRETS.password);
  },
  "a user without phone": () => {
    service.always("AdminGetUser", { body: { Username: "theseus", UserAttributes: [] } });
    return make().fetchUserByUsername("theseus");
  },
  "a wrong argument": () => make().createCognitoUser({ S3CRET: 1 }, SECRETS.password),
  "several wrong arguments": () => make().createCognitoUser(undefined, { S3CRET: 1 }),
  "a missing setting": () =>
    make({ userPoolId: undefined }).createCognitoUser("theseus", SECRETS.password),
  "a malformed token": () => make().verifyToken("S3CRET"),
  "a forged token": () => make().verifyToken(sign({ key: rsaPair("attacker").privateKey })),
  "an expired token": () => make().verifyToken(sign({ payload: idClaims({ exp: 1 }) })),
  "a token of the future": () =>
    make().verifyToken(sign({ payload: idClaims({ nbf: now() + 100 }) })),
  "a token of another client": () =>
    make().verifyToken(sign({ payload: idClaims({ aud: "another" }) })),
  "an unknown key": () => make().verifyToken(sign({ header: { kid: "S3CRET" } })),
  "keys that cannot be had": async () =>
    make({ keys: undefined, jwksUri: `${await closedPort()}/jwks` }).verifyToken(sign()),
};

describe("the classes", () => {
  test("descend from Error as those of jsonwebtoken do", () => {
    expect(Object.getPrototypeOf(AuthError)).toBe(Error);
    expect(Object.getPrototypeOf(JsonWebTokenError)).toBe(AuthError);
    expect(Object.getPrototypeOf(TokenExpiredError)).toBe(JsonWebTokenError);
    expect(Object.getPrototypeOf(NotBeforeError)).toBe(JsonWebTokenError);
  });

  test.each([
    [
      "an expired token",
      [Error, AuthError, JsonWebTokenError, TokenExpiredError],
      [NotBeforeError],
    ],
    [
      "a token of the future",
      [Error, AuthError, JsonWebTokenError, NotBeforeError],
      [TokenExpiredError],
    ],
    ["a forged token", [Error, AuthError, JsonWebTokenError], [TokenExpiredError, NotBeforeError]],
    ["an unknown key", [Error, AuthError, JsonWebTokenError], [TokenExpiredError, NotBeforeError]],
    ["keys that cannot be had", [Error, AuthError], [JsonWebTokenError]],
    ["a service error", [Error, AuthError], [JsonWebTokenError]],
    ["a wrong argument", [Error, AuthError], [JsonWebTokenError]],
  ])("%s", async (kind, are, areNot) => {
    const error = await refusal(KINDS[kind]());
    for (const one of are) expect(error).toBeInstanceOf(one);
    for (const one of areNot) expect(error).not.toBeInstanceOf(one);
  });

  test("are seen as errors by Node", async () => {
    const error = await refusal(KINDS["a forged token"]());
    expect(util.types.isNativeError(error)).toBe(true);
    expect(Object.prototype.toString.call(error)).toBe("[object Error]");
    expect(String(error)).toBe("JsonWebTokenError: invalid signature");
  });
});

describe("AuthError.is", () => {
  test.each(Object.keys(KINDS))("true for %s", async (kind) => {
    expect(AuthError.is(await refusal(KINDS[kind]()))).toBe(true);
  });

  test("true for an error of another copy of this package", async () => {
    let other;
    jest.isolateModules(() => {
      other = require("../..");
    });
    expect(other.AuthError).not.toBe(AuthError);
    const error = await refusal(other.createAuth().verifyToken("x"));
    expect(error).not.toBeInstanceOf(AuthError);
    expect(AuthError.is(error)).toBe(true);
    expect(other.AuthError.is(await refusal(make().verifyToken("x")))).toBe(true);
  });

  test.each([
    ["undefined", undefined],
    ["null", null],
    ["a text", "AuthError"],
    ["a number", 5],
    ["an Error", new Error("token-expired")],
    ["an Error with a reason", Object.assign(new Error("x"), { reason: "config", status: 500 })],
    ["an object of the same shape", { name: "AuthError", reason: "config", message: "x" }],
    ["the class", AuthError],
    ["a function", () => {}],
  ])("false for %s", (_name, value) => {
    expect(AuthError.is(value)).toBe(false);
  });
});

describe("what every error has", () => {
  test.each(Object.keys(KINDS))("%s", async (kind) => {
    const before = Date.now();
    const error = await refusal(KINDS[kind]());
    expect(reasons()).toContain(error.reason);
    expect([400, 401, 403, 404, 409, 429, 500, 502, 503, 504]).toContain(error.status);
    expect(error.code).toBe(error.name);
    expect(error.message).toEqual(expect.stringMatching(/\S/));
    expect(error.message).not.toMatch(/undefined|\[object/);
    expect(error.time).toBeInstanceOf(Date);
    expect(error.time.getTime()).toBeGreaterThanOrEqual(before - 5);
    expect(error.time.getTime()).toBeLessThanOrEqual(Date.now() + 5);
    for (const member of ["code", "message", "name", "reason", "status", "time"]) {
      expect(Object.hasOwn(error, member)).toBe(true);
    }
    // What does not apply is not there, rather than undefined.
    expect(Object.values({ ...error })).not.toContain(undefined);
    expect(Object.values({ ...error })).not.toContain(null);
  });

  test.each(Object.keys(KINDS))("can be cloned and sent to another thread: %s", async (kind) => {
    const error = await refusal(KINDS[kind]());
    const clone = structuredClone(error);
    expect(util.types.isNativeError(clone)).toBe(true);
    expect(clone.message).toBe(error.message);
  });

  test("one's own members can be added and changed, as with any error", async () => {
    const error = await refusal(KINDS["a service error"]());
    error.message = "Sorry";
    error.name = "Mine";
    error.requestOfMine = 7;
    expect(String(error)).toBe("Mine: Sorry");
    expect(error.requestOfMine).toBe(7);
  });
});

describe("what one sees of", () => {
  test("a service error: as of the replaced SDK's, message and code but no name", async () => {
    service.always(
      "AdminInitiateAuth",
      failure("UserNotFoundException", "User does not exist.", { requestId: "r-9" }),
    );
    const error = await refusal(make().login("theseus", SECRETS.password));
    for (const member of ["message", "code", "time", "requestId", "statusCode", "retryable"]) {
      expect(Object.keys(error)).toContain(member);
    }
    expect(Object.keys(error)).not.toContain("name");
    expect(Object.keys(error)).not.toContain("stack");
    expect(JSON.parse(JSON.stringify(error))).toMatchObject({
      message: "User does not exist.",
      code: "UserNotFoundException",
      requestId: "r-9",
      statusCode: 400,
      retryable: false,
      time: error.time.toISOString(),
    });
  });

  test("a wrong argument: as of the replaced SDK's, without a statusCode", async () => {
    const error = await refusal(KINDS["a wrong argument"]());
    expect(Object.keys(error)).toEqual(expect.arrayContaining(["message", "code", "time"]));
    expect(Object.keys(error)).not.toContain("name");
    expect(error).not.toHaveProperty("statusCode");
  });

  test.each([
    ["a forged token", []],
    ["an expired token", ["expiredAt"]],
    ["a token of the future", ["date"]],
  ])("%s: as of jsonwebtoken's, name and message", async (kind, more) => {
    const error = await refusal(KINDS[kind]());
    expect(Object.keys(error)).toEqual(expect.arrayContaining(["name", "message", ...more]));
    expect(JSON.parse(JSON.stringify(error))).toMatchObject({
      name: error.name,
      message: error.message,
    });
    for (const member of more) expect(error[member]).toBeInstanceOf(Date);
  });

  test("a challenge: its name, and the session only by asking for it", async () => {
    const error = await refusal(KINDS["a challenge"]());
    expect(Object.keys(error)).toContain("challengeName");
    expect(Object.keys(error)).not.toContain("session");
    expect(Object.hasOwn(error, "session")).toBe(true);
    expect(error.session).toBe("challenge-S3CRET");
  });

  test("several wrong arguments: each of them", async () => {
    const error = await refusal(KINDS["several wrong arguments"]());
    expect(error.errors).toHaveLength(2);
    for (const one of error.errors) expect(AuthError.is(one)).toBe(true);
  });
});

describe("no secret is to be seen in", () => {
  test.each(Object.keys(KINDS))("%s", async (kind) => {
    const error = await refusal(KINDS[kind]());
    const printed = [];
    const { Console } = require("node:console");
    const { Writable } = require("node:stream");
    const sink = new Writable({
      write(chunk, _encoding, done) {
        printed.push(String(chunk));
        done();
      },
    });
    const console = new Console({ stdout: sink, stderr: sink });
    console.log(error);
    console.error(error);
    console.dir(error, { depth: null });
    console.log("%s %o %j", error, { ...error }, error);
    const views = [
      ...printed,
      String(error),
      error.message,
      error.stack,
      JSON.stringify(error),
      JSON.stringify({ ...error }),
      util.inspect(error, { depth: 10 }),
      util.inspect(error.cause, { depth: 10, showHidden: true }),
      JSON.stringify(Object.entries(error)),
    ].join("\n");
    expect(views.length).toBeGreaterThan(100);
    expect(views).not.toContain("S3CRET");
  });

  test.each(["a forged token", "an expired token", "a token of another client"])(
    "%s: not the token either",
    async (kind) => {
      const verify = jest.fn();
      const token =
        kind === "a forged token"
          ? sign({ key: rsaPair("attacker").privateKey })
          : sign({
              payload: idClaims(kind === "an expired token" ? { exp: 1 } : { aud: "another" }),
            });
      const error = await refusal(make().verifyToken(token));
      verify(util.inspect(error, { depth: 10, showHidden: true }) + JSON.stringify(error));
      const [header, payload, signature] = token.split(".");
      for (const part of [payload, signature, header]) {
        expect(verify.mock.calls[0][0]).not.toContain(part);
      }
    },
  );
});

describe("the stack leads to the caller's line", () => {
  let folder;

  beforeAll(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), "cognito-auth-native-"));
  });
  afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

  /** Runs a file whose line 3 makes the call, inside a function `caller`. */
  async function stackOf(call, options, { limit = "" } = {}) {
    const file = path.join(folder, "caller.js");
    const program = [
      `const { createAuth } = require(${JSON.stringify(ROOT)}); ${limit}`,
      `const auth = createAuth(${JSON.stringify(options)}); async function caller() {`,
      `  ${call}`,
      "}",
      "setImmediate(() => caller().catch((error) => console.log(JSON.stringify(String(error.stack)))));",
    ];
    fs.writeFileSync(file, program.join("\n"));
    const { code, lines, stderr } = await run("", { file });
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    return JSON.parse(lines.at(-1));
  }

  const options = () => ({
    region: "us-east-1",
    userPoolId: POOL,
    clientId: CLIENT,
    endpoint: service.endpoint,
    credentials: { accessKeyId: "AKID", secretAccessKey: "secret" },
    maxAttempts: 1,
  });

  beforeEach(() => {
    for (const operation of ["SignUp", "AdminInitiateAuth", "AdminGetUser"]) {
      service.always(operation, failure("InvalidParameterException", "No"));
    }
  });

  test.each([
    ["createCognitoUser, by an argument", 'await auth.createCognitoUser(5, "b");'],
    ["createCognitoUser, by the service", 'await auth.createCognitoUser("a", "b");'],
    ["login, by an argument", 'await auth.login(5, "b");'],
    ["login, by the service", 'await auth.login("a", "b");'],
    ["login, not awaited at once", 'const p = auth.login("a", "b"); await 0; await p;'],
    ["login, returned", 'return auth.login("a", "b");'],
    ["fetchUserByUsername, by an argument", "await auth.fetchUserByUsername();"],
    ["fetchUserByUsername, by the service", 'await auth.fetchUserByUsername("a");'],
    ["verifyToken, at once", 'await auth.verifyToken("a.b.c");'],
    ["verifyToken, no string", "await auth.verifyToken(5);"],
    ["verifyToken, after a fetch", `await auth.verifyToken(${JSON.stringify(sign())});`],
    ["ready", "await auth.ready();"],
    ["createAuth", "createAuth({ regoin: 1 });"],
  ])("%s", async (_name, call) => {
    const stack = await stackOf(call, options());
    const [first, frame] = stack.split("\n");
    expect(first).toMatch(/^[A-Za-z]+: \S/);
    expect(frame).toMatch(/caller\.js:3:\d+/);
    expect(stack).not.toMatch(/[\\/]lib[\\/](?:errors|auth|arguments)\.js/);
  });

  // Tokens that share their verification with others of the same turn have the stack that V8 knows when it ends: it
  // leads to whoever awaits them by then. Taking it down at every call would cost a fifth of the throughput.
  test("verifyToken, several at once, awaited together", async () => {
    const good = JSON.stringify(sign());
    const call = `await Promise.all([auth.verifyToken(${good}), auth.verifyToken("x.y.z")]);`;
    const handedIn = { ...options(), keys: { jwks: jwks(jwk(rsaPair())) } };
    expect(await stackOf(call, handedIn)).toMatch(/caller\.js:3:\d+/);
  });

  test("and does no harm where stacks are off", async () => {
    const stack = await stackOf('await auth.login("a", "b");', options(), {
      limit: "Error.stackTraceLimit = 0;",
    });
    expect(stack).toMatch(/^InvalidParameterException: No/);
  });
});

describe("the message", () => {
  test("is the service's own, letter by letter", async () => {
    const message = 'Ναι: "quotes", \\ and\nlines, 🔑 and <b>markup</b>';
    service.always("AdminInitiateAuth", {
      status: 400,
      body: { __type: "InvalidParameterException", message },
    });
    expect((await refusal(make().login("a", "b"))).message).toBe(message);
  });

  test("may be spelled Message", async () => {
    service.always("AdminInitiateAuth", {
      status: 400,
      body: { __type: "UserNotFoundException", Message: "User does not exist." },
    });
    expect((await refusal(make().login("a", "b"))).message).toBe("User does not exist.");
  });

  test.each([
    ["a list", "[]"],
    ["null", "null"],
    ["a message that is an object", { __type: "UserNotFoundException", message: { x: 1 } }],
    ["a type that is a number", { __type: 5, message: "No" }],
    ["an empty type", { __type: "", message: "No" }],
    ["bytes", "\u0000\u0001\ufffd"],
  ])("of an answer that is %s is still one", async (_name, body) => {
    service.always("AdminInitiateAuth", { status: 400, body });
    const error = await refusal(make().login("a", "b"));
    expect(AuthError.is(error)).toBe(true);
    expect(typeof error.name).toBe("string");
    expect(error.message).toEqual(expect.stringMatching(/\S/));
    expect(error.statusCode).toBe(400);
  });
});

describe("what goes on behind", () => {
  test("the JWKS's failure is told by the error, without its address's secrets", async () => {
    const server = await startJwksServer();
    try {
      server.fail("status", 503);
      const error = await refusal(
        make({ keys: undefined, jwksUri: server.url }).verifyToken(sign()),
      );
      expect(error.reason).toBe("keys-unavailable");
      expect(`${error.message} ${error.cause?.message ?? ""} ${error.hint ?? ""}`).toContain("503");
    } finally {
      await server.stop();
    }
  });
});
