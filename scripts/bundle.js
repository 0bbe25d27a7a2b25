"use strict";

// The published JavaScript: what require() needs in one file, index.js, which loads in two thirds of the time of ten, and what
// files like lib/lazy.js name in another, more.js, which index.js loads at the first use of something in it and gives its own modules.
// The modules are put together here, and not by esbuild: it renames a class or function if another module or scope uses the
// name as well (`AuthError2`), and its option `keepNames` costs time at load and for each function that is created.

const crypto = require("node:crypto");
const fs = require("node:fs");
const path = require("node:path");
const root = require("../tools/root");

const OWN_MODULE = /\brequire\("(\.[^"]+)"\)/g;
const DYNAMIC_REQUEST = /\brequire\((?!")[^)]*\)/;

/** The files whose requests are answered at their first use, and the one that has what they need. */
const isLazy = (name) => path.posix.basename(name) === "lazy.js";
const MORE = "more.js";

/** Runs a module of the bundle at its first use. What it throws leaves it unloaded, as in Node.js. */
const LOADER = `
const __loaded = { __proto__: null };
function __load(name) {
  if (__loaded[name] === undefined) {
    const run = __modules[name] ?? __more()[name];
    const module = { exports: {} };
    __loaded[name] = module;
    try {
      run(module, module.exports);
    } catch (error) {
      delete __loaded[name];
      throw error;
    }
  }
  return __loaded[name].exports;
}
`;

/** An application may be updated while it runs: the file that is there then may be another version's. */
const MORE_LOADER = `
let __moreModules;
function __more() {
  if (__moreModules === undefined) {
    const more = require("./${MORE}");
    if (more?.build !== __BUILD) {
      throw new Error("cognito-auth-native: ${MORE} belongs to another version than the one that runs: start the process again");
    }
    __moreModules = more.modules(__load);
  }
  return __moreModules;
}
`;

/**
 * The lines of lib/host/native.js that load the addon built in this checkout, and what is published instead. An installed
 * package has its addon in the platform's package; the folder above it is another's.
 */
const LOCAL_ADDON = [
  [/^ *const built = .*\n/m, ""],
  ["fs.existsSync(built) ? require(built) : requirePackage(platform)", "requirePackage(platform)"],
];

/** The source of a module as it is published. */
function sourceOf(name, from) {
  const source = fs.readFileSync(path.join(from, name), "utf8");
  if (name !== "lib/host/native.js") return source;
  return LOCAL_ADDON.reduce((text, [development, published]) => {
    const replaced = text.replace(development, published);
    if (replaced !== text) return replaced;
    throw new Error(`${name} has no ${development}: adapt LOCAL_ADDON in scripts/bundle.js`);
  }, source);
}

/**
 * Adds the module `name`, and all that it requires, to `modules`; what files like lib/lazy.js require is added to `lazy`, by name.
 */
function collect(name, { from, modules, lazy }) {
  // It has its place before those that it requires: they may require it as well.
  modules.set(name, undefined);
  const source = sourceOf(name, from).replace(OWN_MODULE, (_call, request) => {
    const required = resolve(name, request, from);
    if (isLazy(name)) lazy.add(required);
    else if (!modules.has(required)) collect(required, { from, modules, lazy });
    return `__load("${required}")`;
  });
  const [dynamic] = DYNAMIC_REQUEST.exec(source) ?? [];
  if (dynamic !== undefined) throw new Error(`${name}: bundlers cannot follow ${dynamic}`);
  modules.set(name, source);
}

/** The modules that require() loads, and those that it does not, each with its source. */
function modulesOf(entry, from) {
  const lazy = new Set();
  const eager = new Map();
  collect(entry, { from, modules: eager, lazy });
  const all = new Map(eager);
  // The set grows if a lazy module is the first one to require such a file.
  for (const name of lazy) {
    if (!all.has(name)) collect(name, { from, modules: all, lazy });
  }
  return { eager, more: new Map([...all].filter(([name]) => !eager.has(name))) };
}

function resolve(requiring, request, from) {
  const file = path.posix.join(path.posix.dirname(requiring), request);
  const found = [file, `${file}.js`, `${file}/index.js`].find((name) =>
    fs.statSync(path.join(from, name), { throwIfNoEntry: false })?.isFile(),
  );
  if (!found?.endsWith(".js")) throw new Error(`${requiring}: there is no module ${request}`);
  return found;
}

// Comments on lines of their own.
const COMMENTS = /^[ \t]*(\/\/.*|\/\*(?:(?!\*\/)[\s\S])*\*\/[ \t]*)\n/gm;

/** `source` without its comments. esbuild confirms that nothing else is gone. */
async function withoutComments(source) {
  const { transform } = require("esbuild");
  const program = async (text) =>
    (await transform(text, { loader: "js", legalComments: "none", minify: true })).code;
  const shorter = source.replace(COMMENTS, "");
  if ((await program(shorter)) !== (await program(source))) {
    throw new Error("scripts/bundle.js took something for a comment that is none");
  }
  return shorter;
}

/** An object literal with a function for each module; `write` is one of the two below. */
function literalOf(modules, write) {
  const functions = [...modules].map(([name, source]) => write(JSON.stringify(name), source));
  return `{\n__proto__: null,\n${functions.join("")}}`;
}

/** A module that runs as soon as its file is loaded: V8 compiles a function in brackets at once, and parses others a second time. */
const atOnce = (name, source) => `${name}: (function (module, exports) {\n${source}\n}),\n`;

/** One that may never run. */
const later = (name, source) => `${name}(module, exports) {\n${source}\n},\n`;

/** `entry` and all modules that it needs as the texts of published files, by their names. `from` is the folder of the sources. */
async function bundle(entry, from = root) {
  const { eager, more } = modulesOf(entry, from);
  const main = eager.get(entry);
  eager.delete(entry);
  const [first, second] = [literalOf(eager, atOnce), literalOf(more, later)];
  const build = crypto.createHash("sha256").update(first).update(second).digest("hex").slice(0, 16);
  // The entry stands at the end as it is: Node.js finds named imports by its `module.exports = { … }`.
  return {
    [entry]: await withoutComments(
      `"use strict";\nconst __BUILD = "${build}";\nconst __modules = ${first};\n${LOADER}${MORE_LOADER}\n${main}`,
    ),
    [MORE]: await withoutComments(
      `"use strict";\nexports.build = "${build}";\nexports.modules = (__load) => (${second});\n`,
    ),
  };
}

module.exports = { bundle };
