"use strict";

// What tests, security policies and other packages replace, freeze or pollute: Date, Error, Object.prototype, JSON. Errors
// stay typed, and the Auth goes on. Each test has a process of its own.

const path = require("node:path");
const { ROOT, evaluate } = require("../support/child.js");

const support = (name) => JSON.stringify(path.join(ROOT, "__test__", "support", name));

/** The source of a process that prints what the last expression of `source` gives, and whether a promise was lost. */
const play = (source) => `
  const lost = [];
  process.on("unhandledRejection", (error) => lost.push(String(error)));
  (async () => {
    const { makeTokens, options } = require(${support("many-tokens.js")});
    const { OUTCOMES, outcome } = require(${support("typed-outcomes.js")});
    ${source}
  })().then((value) => setImmediate(() => console.log(JSON.stringify({ value, lost }))));
`;

async function played(source, settings) {
  const { value, lost } = await evaluate(play(source), settings);
  expect(lost).toEqual([]);
  return value;
}

describe("the clock", () => {
  test.each([
    ["undefined, as an automatic mock gives", "() => undefined"],
    ["null", "() => null"],
    ["NaN", "() => NaN"],
    ["a text", '() => "1767225600000"'],
    ["a BigInt", "() => 1767225600000n"],
    ["a Date", "() => new Date(1767225600000)"],
    ["a symbol", "() => Symbol()"],
    ["an exception", '() => { throw new Error("mock"); }'],
    ["no function", "undefined"],
  ])("that gives %s", async (_name, now) => {
    const outcomes = await played(`
      const tokens = makeTokens(10);
      const auth = require("./index.js").createAuth(options());
      const cold = require("./index.js").createAuth({ ...options(), keys: undefined, jwksUri: "http://127.0.0.1:1/" });
      await auth.verifyToken(tokens[0]);
      const real = Date.now;
      const all = (some) => Promise.all(some.map((token) => outcome(() => auth.verifyToken(token))));
      Date.now = ${now};
      const without = [
        ...await all([tokens[0]]), ...await all([tokens[1]]), ...await all(tokens.slice(2, 5)),
        await outcome(() => auth.verifySync(tokens[5])),
        await outcome(() => cold.verifyToken(tokens[5])),
        await outcome(() => auth.verifyToken("x")),
      ];
      Date.now = real;
      return { without, with: [...await all([tokens[6]]), ...await all(tokens.slice(7))] };
    `);
    expect(outcomes).toEqual({
      without: Array(8).fill("internal"),
      with: Array(4).fill("resolved"),
    });
  });

  test("without a class Date", async () => {
    const reasons = await played(`
      const [token] = makeTokens(1);
      const auth = require("./index.js").createAuth(options());
      const { Date } = globalThis;
      globalThis.Date = undefined;
      const reasons = [await outcome(() => auth.verifyToken(token)), await outcome(() => auth.verifyToken("x"))];
      globalThis.Date = Date;
      return [...reasons, await outcome(() => auth.verifyToken(token))];
    `);
    expect(reasons).toEqual(["internal", "internal", "resolved"]);
  });
});

// The native side never throws and is always well-formed. Should it not be, because of a defect, no call may hang.
describe("a native function", () => {
  test.each([
    ["throws", '() => { throw new Error("native"); }'],
    ["throws what has no text", "() => { throw Object.create(null); }"],
    ["returns undefined", "() => undefined"],
    ["returns a number", "() => 5"],
    ["returns an empty list", "() => []"],
    ["returns a list of other things", "() => [undefined, 5, {}]"],
    ["returns a failure that is not JSON", '() => ({ failure: "" })'],
    ["returns a failure that is no failure", '() => ({ failure: "5" })'],
  ])("that %s", async (_name, faulty) => {
    const outcomes = await played(`
      const tokens = makeTokens(6);
      const native = require("./lib/host/native.js");
      const auth = require("./index.js").createAuth(options());
      const all = (some) => Promise.all(some.map((token) => outcome(() => auth.verifyToken(token))));
      const { verify, verifyMany } = native;
      native.verifyMany = native.verify = ${faulty};
      const during = await all(tokens.slice(0, 3));
      Object.assign(native, { verify, verifyMany });
      return [...during, ...await all(tokens.slice(3))];
    `);
    expect(outcomes).toEqual([...Array(3).fill("internal"), ...Array(3).fill("resolved")]);
  });

  test.each([
    ["throws", '() => { throw new Error("native"); }'],
    ["rejects", '() => Promise.reject(new Error("native"))'],
    ["resolves to what is not JSON", '() => Promise.resolve("x")'],
    ["resolves to null", '() => Promise.resolve("null")'],
    ["resolves to another thing", `() => Promise.resolve('{"failure":5}')`],
  ])("that %s later", async (_name, faulty) => {
    const outcomes = await played(`
      const native = require("./lib/host/native.js");
      const [token] = makeTokens(1);
      const auth = require("./index.js").createAuth({ ...options(), keys: undefined });
      native.invoke = native.loadKeys = ${faulty};
      return [
        await outcome(() => auth.login("a", "b")),
        await outcome(() => auth.ready()),
        await outcome(() => auth.verifyToken(token)),
        await outcome(() => auth.verifySync(token)),
      ];
    `);
    expect(outcomes).toEqual(["internal", "internal", "internal", "keys-unavailable"]);
  });
});

// Only `await` cannot be replaced.
describe("a Promise.prototype.then", () => {
  const THENS = [
    ["that calls nothing", "() => {}"],
    ["that throws", '() => { throw new Error("mock"); }'],
    ["that calls at once", "(call) => { call(); }"],
    ["that is missing", "undefined"],
    ["that is another's", "(() => {}).bind(undefined)"],
  ];
  const LOAD = `const auth = require("./index.js").createAuth(settings);`;
  const replaced = (then) => `Promise.prototype.then = ${then};`;

  const verified = (first, second) =>
    played(`
      // First of all the test itself waits for this function's end.
      await undefined;
      const tokens = makeTokens(3);
      const settings = options();
      const { then } = Promise.prototype;
      ${first}
      ${second}
      const outcomes = [];
      for (const token of tokens) outcomes.push(await outcome(() => auth.verifyToken(token)));
      Promise.prototype.then = then;
      return outcomes;
    `);

  test.each(THENS)("%s, after this package was loaded", async (_name, then) => {
    expect(await verified(LOAD, replaced(then))).toEqual(Array(3).fill("resolved"));
  });

  test.each(THENS)("%s, before this package is loaded", async (_name, then) => {
    expect(await verified(replaced(then), LOAD)).toEqual(Array(3).fill("resolved"));
  });
});

describe("JSON.parse", () => {
  test("replaced after this package was loaded", async () => {
    const outcomes = await played(`
      const tokens = makeTokens(3);
      const auth = require("./index.js").createAuth(options());
      const { parse } = JSON;
      JSON.parse = () => { throw new Error("mock"); };
      const outcomes = await Promise.all(tokens.map((token) => outcome(() => auth.verifyToken(token))));
      outcomes.push(await outcome(() => auth.verifyToken(tokens[0])), await outcome(() => auth.verifyToken("x")));
      JSON.parse = parse;
      return outcomes;
    `);
    expect(outcomes).toEqual([...Array(4).fill("resolved"), "token-malformed"]);
  });

  test("replaced before this package is loaded", async () => {
    const outcomes = await played(`
      const tokens = makeTokens(3);
      const settings = options();
      const { parse } = JSON;
      JSON.parse = () => { throw new Error("mock"); };
      const auth = require("./index.js").createAuth(settings);
      const outcomes = await Promise.all(tokens.map((token) => outcome(() => auth.verifyToken(token))));
      JSON.parse = parse;
      return outcomes;
    `);
    expect(outcomes).toEqual(Array(3).fill("internal"));
  });
});

describe("errors are typed", () => {
  const prepared = (body) =>
    `Error.prepareStackTrace = ${body}; return () => { Error.prepareStackTrace = undefined; };`;
  const limited = (descriptor) => `
    const before = Object.getOwnPropertyDescriptor(Error, "stackTraceLimit");
    Object.defineProperty(Error, "stackTraceLimit", { configurable: true, ...${descriptor} });
    return () => Object.defineProperty(Error, "stackTraceLimit", before);`;
  const polluted = (name, value) =>
    `Object.prototype[${JSON.stringify(name)}] = ${value}; return () => delete Object.prototype[${JSON.stringify(name)}];`;

  /** Functions that change something and return one that changes it back. */
  const REVERSIBLE = {
    nothing: "return () => {};",
    "prepareStackTrace that gives the call sites": prepared("(_error, sites) => sites"),
    "prepareStackTrace that gives undefined": prepared("() => undefined"),
    "prepareStackTrace that gives an object": prepared("() => ({})"),
    "prepareStackTrace that throws": prepared('() => { throw new Error("prepare"); }'),
    "no captureStackTrace": `
      const { captureStackTrace } = Error; delete Error.captureStackTrace;
      return () => { Error.captureStackTrace = captureStackTrace; };`,
    "captureStackTrace that throws": `
      const { captureStackTrace } = Error; Error.captureStackTrace = () => { throw new Error("capture"); };
      return () => { Error.captureStackTrace = captureStackTrace; };`,
    "another global Error": `
      const { Error } = globalThis; globalThis.Error = class Other extends Error { static stackTraceLimit = 1; };
      return () => { globalThis.Error = Error; };`,
    "no stackTraceLimit": `
      const { stackTraceLimit } = Error; delete Error.stackTraceLimit;
      return () => { Error.stackTraceLimit = stackTraceLimit; };`,
    "stackTraceLimit 0": limited("{ writable: true, value: 0 }"),
    "a text for stackTraceLimit": limited('{ writable: true, value: "many" }'),
    "stackTraceLimit that cannot be written": limited("{ writable: false, value: 10 }"),
    "stackTraceLimit that throws": limited(
      '{ get() { throw new Error("get"); }, set() { throw new Error("set"); } }',
    ),
    "stackTraceLimit that cannot be set": limited(
      '{ get() { return 10; }, set() { throw new Error("set"); } }',
    ),
    ...Object.fromEntries(
      [
        ["get", "() => 5"],
        ["set", "() => {}"],
        ["value", "5"],
        ["writable", "false"],
        ["enumerable", "true"],
        ["configurable", "false"],
        ["toJSON", "() => undefined"],
        ["toJSON", "() => 5"],
        ["toJSON", '() => { throw new Error("toJSON"); }'],
        ["signal", "5"],
        ["once", "5"],
        ["cause", '"polluted"'],
        ["session", '"polluted"'],
        ["hint", '"polluted"'],
        ["failure", '"polluted"'],
        ["errors", "[]"],
        ["name", '"TokenExpiredError"'],
        ["message", '"polluted"'],
        ["stack", '"polluted"'],
      ].map(([name, value]) => [`Object.prototype.${name} = ${value}`, polluted(name, value)]),
    ),
    "Array.prototype.toJSON": `
      Array.prototype.toJSON = () => "polluted"; return () => delete Array.prototype.toJSON;`,
  };

  test.each(Object.entries(REVERSIBLE))("with %s", async (_name, change) => {
    const { during, expected, isSame } = await played(`
      const auth = require("./index.js");
      const { outcomes, expected } = OUTCOMES(auth);
      const before = Object.getOwnPropertyNames(Error);
      const restore = (() => { ${change} })();
      const during = await outcomes();
      restore();
      const isSame = Object.getOwnPropertyNames(Error).length === before.length;
      return { during, expected, isSame };
    `);
    expect(during).toEqual(expected);
    expect(isSame).toBe(true);
  });

  const FREEZING = {
    "Error.prototype": "Object.freeze(Error.prototype);",
    "Error and its prototype": "Object.freeze(Error); Object.freeze(Error.prototype);",
    "all that there is": `
      for (const one of [Object, Array, String, Number, Function, Error, TypeError, Promise, Map, Date, JSON, Reflect]) {
        Object.freeze(one);
        if (one.prototype) Object.freeze(one.prototype);
      }`,
  };

  test.each(Object.entries(FREEZING))("when %s is frozen", async (_name, freeze) => {
    const { before, after, expected } = await played(`
      const { outcomes, expected } = OUTCOMES(require("./index.js"));
      const before = await outcomes();
      ${freeze}
      return { before, after: await outcomes(), expected };
    `);
    expect(before).toEqual(expected);
    expect(after).toEqual(expected);
  });

  test("when they are frozen before this package is loaded", async () => {
    const { during, expected } = await played(`
      ${FREEZING["all that there is"]}
      const { outcomes, expected } = OUTCOMES(require("./index.js"));
      return { during: await outcomes(), expected };
    `);
    expect(during).toEqual(expected);
  });

  test("with frozen intrinsics", async () => {
    const { during, expected } = await played(
      `const { outcomes, expected } = OUTCOMES(require("./index.js"));
       return { during: await outcomes(), expected };`,
      { env: { NODE_OPTIONS: "--frozen-intrinsics" } },
    );
    expect(during).toEqual(expected);
  });

  test("when captureStackTrace was missing, or replaced, before this package was loaded", async () => {
    for (const captureStackTrace of ["undefined", '() => { throw new Error("capture"); }']) {
      const { during, expected } = await played(`
        const { captureStackTrace } = Error;
        Error.captureStackTrace = ${captureStackTrace};
        const { outcomes, expected } = OUTCOMES(require("./index.js"));
        return { during: await outcomes(), expected };
      `);
      expect(during).toEqual(expected);
    }
  });
});

test("a toJSON on Object.prototype does not make one policy of two", async () => {
  const outcomes = await played(`
    const [token] = makeTokens(1);
    const auth = require("./index.js").createAuth(options());
    Object.prototype.toJSON = Array.prototype.toJSON = () => "the same";
    const outcomes = [];
    for (const policy of [{ use: "id" }, { use: "access" }, { groups: ["a"] }, { groups: ["b"] }]) {
      outcomes.push(await outcome(() => auth.verify(token, policy)));
    }
    delete Object.prototype.toJSON;
    delete Array.prototype.toJSON;
    return outcomes;
  `);
  expect(outcomes).toEqual(["resolved", "token-use", "token-groups", "token-groups"]);
});

test.each([
  ["undefined", "undefined"],
  ["an object that lacks all", "{}"],
  ["a report that is denied", '{ getReport() { throw new Error("denied"); } }'],
])("the package loads where process.report is %s", async (_name, report) => {
  const type = await played(`
    Object.defineProperty(process, "report", { value: ${report} });
    // As Deno and others have it: no file that names the C library.
    Object.defineProperty(process, "execPath", { value: "/nonexistent" });
    return typeof require("./index.js").verifyToken;
  `);
  expect(type).toBe("function");
});

test("what is loaded at its first use fails by a typed error where Node.js cannot load files, and later goes on", async () => {
  const outcomes = await played(`
    const { AuthError, createAuth } = require("./index.js");
    const auth = createAuth(options());
    const calls = [() => auth.authenticate({ headers: {} }), () => auth.middleware(), () => auth.account("x").get()];
    const during = [];
    for (const call of calls) {
      // Node.js 20 hands its own loader's options on to something that looks for a signal.
      Object.prototype.signal = 5;
      const failed = await (async () => call())().then(() => false, (error) => error);
      delete Object.prototype.signal;
      during.push(failed === false || AuthError.is(failed));
    }
    return [...during, (await auth.authenticate({ headers: {} })).status];
  `);
  expect(outcomes).toEqual([true, true, true, 401]);
});
