"use strict";

// Fake timers, and no timers: what the libraries for tests do to a process. Each test has a process of its own, which
// ends without a word if it waits for a timer that is fake.

const path = require("node:path");
const { ROOT, evaluate } = require("../support/child.js");
const { JEST, runProject } = require("../support/project.js");
const { AT_ONCE } = require("../support/many-tokens.js");

const MANY_TOKENS = JSON.stringify(path.join(ROOT, "__test__", "support", "many-tokens.js"));

const FAKES = {
  "Sinon's": `require("@sinonjs/fake-timers").install({ now: Date.now() });`,
  "Sinon's, of timers alone": `require("@sinonjs/fake-timers").install({
    now: Date.now(), toFake: ["setTimeout", "setInterval", "setImmediate", "Date"],
  });`,
  "node:test's": `require("node:test").mock.timers.enable({
    apis: ["setTimeout", "setInterval", "setImmediate", "Date"], now: Date.now(),
  });`,
  "no setImmediate": `delete globalThis.setImmediate; delete require("node:timers").setImmediate;`,
  "no queueMicrotask, and a Promise that never settles": `
    delete globalThis.queueMicrotask;
    const { all } = Promise;
    globalThis.Promise = class { static all = all.bind(Promise); then() {} };
  `,
};

const script = (first, second) => `
  const { makeTokens, options, verifyMany } = require(${MANY_TOKENS});
  const tokens = makeTokens();
  ${first}
  ${second}
  verifyMany(createAuth(options()), tokens).then((count) => console.log(JSON.stringify(count)));
`;
const LOAD = `const { createAuth } = require("./index.js");`;

describe.each(Object.entries(FAKES))("%s", (_name, fake) => {
  test("installed after this package was loaded", async () => {
    expect(await evaluate(script(LOAD, fake))).toBe(AT_ONCE + 1);
  });

  test("installed before this package is loaded", async () => {
    expect(await evaluate(script(fake, LOAD))).toBe(AT_ONCE + 1);
  });
});

test("the Auth works when the timers are real again", async () => {
  const source = `
    const { makeTokens, options, verifyMany } = require(${MANY_TOKENS});
    const tokens = makeTokens(402);
    const auth = require("./index.js").createAuth(options());
    const clock = require("@sinonjs/fake-timers").install({ now: Date.now() });
    verifyMany(auth, tokens.slice(0, 201)).then(async (count) => {
      clock.uninstall();
      console.log(JSON.stringify(count + await verifyMany(auth, tokens.slice(201))));
    });
  `;
  expect(await evaluate(source)).toBe(402);
});

test("other events are handled between batches, and nothing keeps the process running afterwards", async () => {
  const source = `
    const { makeTokens, options, verifyMany } = require(${MANY_TOKENS});
    const tokens = makeTokens(641);
    let turns = 0;
    let isDone = false;
    const turn = () => { turns += 1; if (!isDone) setImmediate(turn); };
    setImmediate(turn);
    verifyMany(require("./index.js").createAuth(options()), tokens).then(() => {
      isDone = true;
      process.once("exit", () => console.log(JSON.stringify(turns)));
    });
  `;
  // Ten batches, of which two may fall into one turn.
  expect(await evaluate(source)).toBeGreaterThanOrEqual(4);
});

const jestFile = (first, second) => `
  const { makeTokens, options, verifyMany } = require(${MANY_TOKENS});
  test("works", async () => {
    const tokens = makeTokens();
    ${first}
    ${second}
    expect(await verifyMany(createAuth(options()), tokens)).toBe(tokens.length);
  });
`;

test("Jest's, modern and legacy, and a test environment without setImmediate, as jsdom's", async () => {
  const load = `const { createAuth } = require("cognito-auth-native");`;
  const modern = "jest.useFakeTimers();";
  const legacy = "jest.useFakeTimers({ legacyFakeTimers: true });";
  const { code, said } = await runProject(
    {
      "package.json": "{}",
      "jest.config.js": "module.exports = { transform: {} };",
      "bare.js": `
        const { TestEnvironment } = require(${JSON.stringify(require.resolve("jest-environment-node"))});
        module.exports = class extends TestEnvironment {
          async setup() {
            await super.setup();
            for (const name of ["setImmediate", "clearImmediate", "queueMicrotask", "MessageChannel"]) {
              delete this.global[name];
            }
          }
        };
      `,
      "modern-after.test.js": jestFile(load, modern),
      "modern-before.test.js": jestFile(modern, load),
      "legacy-after.test.js": jestFile(load, legacy),
      "legacy-before.test.js": jestFile(legacy, load),
      "bare.test.js": `/** @jest-environment ./bare.js */\n${jestFile(load, "")}`,
    },
    [JEST, "--runInBand"],
  );
  expect({ code, passed: /Tests: +(\d+) passed, \1 total/.exec(said)?.[1], said }).toMatchObject({
    code: 0,
    passed: "5",
  });
}, 60_000);
