"use strict";

// The published index.js and more.js, installed beside this machine's addon.

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
  const files = Object.entries(await bundle("index.js"));
  for (const [name, text] of files) fs.writeFileSync(path.join(modules, NAME, name), text);
});
afterAll(() => {
  fs.rmSync(folder, { recursive: true, force: true });
});

/** The name of each exported function and of each method of an Auth, and of its objects that have some. */
const NAMES = `
  const namesOf = (object) =>
    Object.entries(object).flatMap(([key, value]) =>
      typeof value === "function" ? [[key, value.name]] : namesOf(value));
  const options = { region: "us-east-1", userPoolId: "us-east-1_AbCdEfGhI", clientId: "client" };
  console.log(JSON.stringify([...namesOf(auth), ...namesOf(auth.createAuth(options))]));
`;

const published = () => path.join(modules, NAME);
const sourceOfBoth = () =>
  ["index.js", "more.js"]
    .map((name) => fs.readFileSync(path.join(published(), name), "utf8"))
    .join("");
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
  const calls = sourceOfBoth().match(/\brequire\([^)]*\)/g);
  expect(calls.filter((call) => !/^require\("[\w:-]+"\)$/.test(call))).toEqual([
    'require("./more.js")',
  ]);
});

describe("class fields", () => {
  // As functions that assign or call Object.defineProperty they would depend on Object.prototype, and take longer.
  test("are published as they are", () => {
    const source = sourceOfBoth();
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

describe("more.js", () => {
  test("is loaded neither by require() nor by verifying, signing in and making an Auth", async () => {
    const source = `${required()}
      const made = auth.createAuth({ region: "us-east-1", userPoolId: "us-east-1_AbCdEfGhI", clientId: "client", timeoutMs: 1 });
      const calls = [made.verifyToken("x.y.z"), made.login("a", "b"), auth.login(1, 2), auth.verifyToken("x")];
      Promise.allSettled(calls).then((results) => {
        const loaded = Object.keys(require.cache).map((file) => require("node:path").basename(file));
        console.log(JSON.stringify({ failed: results.map(({ status }) => status), loaded }));
      });`;
    const { failed, loaded } = await evaluate(source);
    expect(failed).toEqual(Array(4).fill("rejected"));
    expect(loaded).toEqual(["index.js", "index.node"]);
  });

  test("says why there is no addon", async () => {
    const source = `
      Object.defineProperty(process, "arch", { value: "riscv64" });
      try { ${required()} } catch ({ message }) { console.log(JSON.stringify(message)); }`;
    expect(await evaluate(source)).toMatch(/^cognito-auth-native: there is no prebuilt package/);
  });

  describe("of a package with more in it", () => {
    const MODULES = {
      "index.js": `"use strict";
        const { Shared, count } = require("./lib/shared");
        const lazy = require("./lib/lazy");
        module.exports = { Shared, count, late: () => lazy.late() };`,
      "lib/lazy.js": `"use strict"; module.exports = { late: () => require("./late"), later: () => require("./later") };`,
      "lib/shared.js": `"use strict"; let made = 0;
        class Shared { constructor() { made += 1; } }
        module.exports = { Shared, count: () => made };`,
      "lib/late.js": `"use strict";
        const { Shared } = require("./shared");
        const helper = require("./helper");
        const { later } = require("./lazy");
        class Shared2 extends Shared {}
        function helped() { return helper(); }
        module.exports = { Shared, Shared2, helped, later };`,
      "lib/helper.js": `"use strict"; module.exports = () => require("node:path").sep.length;`,
      "lib/later.js": `"use strict"; module.exports = require("./shared").Shared;`,
    };
    let sources;
    let installed;
    const main = () => JSON.stringify(path.join(installed, "index.js"));

    beforeAll(async () => {
      sources = path.join(folder, "sources");
      installed = path.join(folder, "installed");
      fs.mkdirSync(path.join(sources, "lib"), { recursive: true });
      fs.mkdirSync(installed);
      for (const [name, text] of Object.entries(MODULES)) {
        fs.writeFileSync(path.join(sources, name), text);
      }
      for (const [name, text] of Object.entries(await bundle("index.js", sources))) {
        fs.writeFileSync(path.join(installed, name), text);
      }
    });

    /** What one copy of the package shows of its two files. */
    const SHOW = `
      const show = (one) => {
        const { Shared, Shared2, helped, later } = one.late();
        new Shared2();
        new one.Shared();
        return {
          isSame: Shared === one.Shared && later() === Shared && one.late() === one.late(),
          made: one.count(),
          names: [Shared.name, Shared2.name, helped.name],
          helped: helped(),
        };
      };`;
    const SHOWN = { isSame: true, made: 2, names: ["Shared", "Shared2", "helped"], helped: 1 };

    test("has what only lazy modules require, and nothing of the other file", () => {
      const [first, second] = ["index.js", "more.js"].map((name) => {
        const text = fs.readFileSync(path.join(installed, name), "utf8");
        return [...text.matchAll(/^"(lib\/\w+\.js)"[:(]/gm)].map(([, module]) => module);
      });
      expect(first.sort()).toEqual(["lib/lazy.js", "lib/shared.js"]);
      expect(second.sort()).toEqual(["lib/helper.js", "lib/late.js", "lib/later.js"]);
    });

    test("shares its classes and state with index.js", async () => {
      const source = `${SHOW}
        const one = require(${main()});
        const before = Object.keys(require.cache).length;
        const shown = show(one);
        console.log(JSON.stringify({ before, shown, after: Object.keys(require.cache).length }));`;
      expect(await evaluate(source)).toEqual({ before: 1, shown: SHOWN, after: 2 });
    });

    test("belongs to its own copy, after jest.resetModules for instance", async () => {
      let [first, second] = [];
      jest.isolateModules(() => {
        first = require(path.join(installed, "index.js"));
      });
      jest.isolateModules(() => {
        second = require(path.join(installed, "index.js"));
        expect(second.late().Shared).toBe(second.Shared);
      });
      jest.resetModules();
      expect(first.late().Shared).toBe(first.Shared);
      expect(first.late().later()).toBe(first.Shared);
      expect(second.Shared).not.toBe(first.Shared);
    });

    test("works in worker threads and in contexts of node:vm", async () => {
      const source = `${SHOW}
        const { Worker, isMainThread, parentPort } = require("node:worker_threads");
        const vm = require("node:vm");
        const { createRequire } = require("node:module");
        const inContext = () => {
          const context = vm.createContext({});
          const loaded = {};
          const requireFrom = (name) => {
            if (!name.startsWith(".")) return require(name);
            const file = require("node:path").join(${JSON.stringify(installed)}, name);
            if (loaded[file] === undefined) {
              const module = (loaded[file] = { exports: {} });
              const code = "(function (require, module, exports) {" + require("node:fs").readFileSync(file, "utf8") + "})";
              vm.runInContext(code, context)(requireFrom, module, module.exports);
            }
            return loaded[file].exports;
          };
          return show(requireFrom("./index.js"));
        };
        const worker = new Worker(
          "const show = eval('(' + require('node:worker_threads').workerData + ')');" +
          "require('node:worker_threads').parentPort.postMessage(show(require(" + ${JSON.stringify(main())} + ")));",
          { eval: true, workerData: String(show) },
        );
        worker.once("message", (inWorker) => console.log(JSON.stringify({ inWorker, inContext: inContext() })));`;
      expect(await evaluate(source)).toEqual({ inWorker: SHOWN, inContext: SHOWN });
    });

    test("is found by a bundler", async () => {
      const outfile = path.join(folder, "bundled.js");
      const entry = path.join(folder, "entry.js");
      fs.writeFileSync(entry, `${SHOW} console.log(JSON.stringify(show(require(${main()}))));`);
      const { build } = require("esbuild");
      const options = { bundle: true, keepNames: true, platform: "node", logLevel: "silent" };
      const { warnings } = await build({ entryPoints: [entry], outfile, ...options });
      expect(warnings).toEqual([]);
      const away = `${installed}-away`;
      fs.renameSync(installed, away);
      try {
        expect(await evaluate(`require(${JSON.stringify(outfile)});`)).toEqual(SHOWN);
      } finally {
        fs.renameSync(away, installed);
      }
    });

    test.each([
      ["of another version", (file) => fs.writeFileSync(file, 'exports.build = "another";')],
      ["of nothing known", (file) => fs.writeFileSync(file, "module.exports = undefined;")],
    ])("that was replaced by one %s is not used", async (_name, replace) => {
      const file = path.join(installed, "more.js");
      const text = fs.readFileSync(file, "utf8");
      replace(file);
      try {
        const source = `const one = require(${main()});
          try { one.late(); } catch ({ message }) { console.log(JSON.stringify(message)); }`;
        expect(await evaluate(source)).toMatch(/more\.js belongs to another version.*start/);
      } finally {
        fs.writeFileSync(file, text);
      }
    });
  });
});
