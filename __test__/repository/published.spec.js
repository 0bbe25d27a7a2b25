"use strict";

// The published index.js, installed beside this machine's addon.

const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");
const { pathToFileURL } = require("node:url");
const ours = require("../..");
const { bundle } = require("../../scripts/bundle");
const { evaluate } = require("../support/child");

const NAME = "cognito-auth-native";

let folder;
let modules;
let addon;
beforeAll(async () => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "published-"));
  modules = path.join(folder, "node_modules");
  addon = fs.readdirSync(root).find((name) => name.endsWith(".node"));
  const [, platform] = addon.split(".");
  const own = path.join(modules, `${NAME}-${platform}`);
  fs.mkdirSync(own, { recursive: true });
  fs.copyFileSync(path.join(root, addon), path.join(own, "index.node"));
  fs.writeFileSync(path.join(own, "package.json"), JSON.stringify({ main: "index.node" }));
  fs.mkdirSync(path.join(modules, NAME));
  fs.writeFileSync(path.join(modules, NAME, "index.js"), await bundle("index.js"));
});
afterAll(() => {
  fs.rmSync(folder, { recursive: true, force: true });
});

/** The name of each exported function and of each method of an Auth. */
const NAMES = `
  const namesOf = (object) => Object.entries(object).map(([key, { name }]) => [key, name]);
  const options = { region: "us-east-1", userPoolId: "us-east-1_AbCdEfGhI", clientId: "client" };
  console.log(JSON.stringify([...namesOf(auth), ...namesOf(auth.createAuth(options))]));
`;

const published = () => path.join(modules, NAME);
const required = () => `const auth = require(${JSON.stringify(published())});`;
const root = require("../../tools/root");
const { packageModules } = require("../../tools/sources");

test("classes, functions and methods have the names that they are exported under", async () => {
  const names = await evaluate(required() + NAMES);
  expect(names.map(([key]) => key)).toEqual(expect.arrayContaining(Object.keys(ours)));
  expect(names.length).toBeGreaterThan(Object.keys(ours).length + 5);
  for (const [key, name] of names) expect(name).toBe(key);
});

test("an error's class and stack have the class's name", async () => {
  const source = `${required()}
    auth.createAuth({ region: "us-east-1", userPoolId: "us-east-1_AbCdEfGhI", clientId: "client" })
      .verifyToken("x.y.z").catch((error) => console.log(JSON.stringify([error.constructor.name, error.stack])));`;
  const [name, stack] = await evaluate(source);
  expect(name).toBe("JsonWebTokenError");
  expect(stack).not.toMatch(/[a-z]2\b/);
});

test("an ES module can import every name", async () => {
  const url = pathToFileURL(path.join(published(), "index.js")).href;
  const source = `import * as all from ${JSON.stringify(url)}; console.log(JSON.stringify(Object.keys(all)));`;
  const names = await evaluate(source, { module: true });
  expect(names).toEqual(expect.arrayContaining([...Object.keys(ours), "default"]));
});

test("an addon in the folder above is not loaded", async () => {
  const planted = path.join(modules, addon);
  fs.writeFileSync(planted, "planted");
  expect((await evaluate(required() + NAMES)).length).toBeGreaterThan(5);
});

test("every require() names its module", () => {
  const source = fs.readFileSync(path.join(published(), "index.js"), "utf8");
  expect(
    source.match(/\brequire\([^)]*\)/g).filter((call) => !/^require\("[\w:-]+"\)$/.test(call)),
  ).toEqual([]);
});

describe("class fields", () => {
  // As functions that assign or call Object.defineProperty they would depend on Object.prototype, and take longer.
  test("are published as they are", () => {
    const source = fs.readFileSync(path.join(published(), "index.js"), "utf8");
    const FIELD = /^ {2}(?:static )?#?\w+(?: = [^\n]+)?;$/gm;
    const fields = packageModules().flatMap(
      (name) => fs.readFileSync(path.join(root, name), "utf8").match(FIELD) ?? [],
    );
    expect(fields.length).toBeGreaterThan(20);
    expect(source.match(FIELD)).toEqual(expect.arrayContaining(fields));
    expect(source).not.toMatch(/__publicField|__privateAdd/);
  });

  test("are an error's own, whatever Object.prototype has", async () => {
    const source = `${required()}
      const { verifyToken } = auth.createAuth({ region: "us-east-1", userPoolId: "us-east-1_AbCdEfGhI", clientId: "client" });
      const names = ["name", "message", "code", "reason", "status", "time", "get", "value", "writable", "cognito"];
      const lost = [];
      for (const name of names) {
        const descriptor = { __proto__: null, configurable: true, get: () => "inherited", set() { lost.push(name); } };
        Object.defineProperty(Object.prototype, name, descriptor);
      }
      verifyToken("x").catch((error) => {
        for (const name of names) delete Object.prototype[name];
        const own = ["name", "message", "code", "reason", "status"].map((name) => Object.hasOwn(error, name) && error[name]);
        console.log(JSON.stringify({ own, lost }));
      });`;
    expect(await evaluate(source)).toEqual({
      own: ["JsonWebTokenError", "jwt malformed", "JsonWebTokenError", "token-malformed", 401],
      lost: [],
    });
  });
});
