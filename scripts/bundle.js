"use strict";

// The published index.js: all of this package's JavaScript in one file, which loads in two thirds of the time of ten.
// The modules are put together here, and not by esbuild: it renames a class or function if another module or scope uses the
// name as well (`AuthError2`), and its option `keepNames` costs time at load and for each function that is created.

const fs = require("node:fs");
const path = require("node:path");
const root = require("../tools/root");

const OWN_MODULE = /\brequire\("(\.[^"]+)"\)/g;
const DYNAMIC_REQUEST = /\brequire\((?!")[^)]*\)/;

/** Runs a module of the bundle at its first use. What it throws leaves it unloaded, as in Node.js. */
const LOADER = `
const __loaded = Object.create(null);
function __load(name) {
  if (__loaded[name] === undefined) {
    const module = { exports: {} };
    __loaded[name] = module;
    try {
      __modules[name](module, module.exports);
    } catch (error) {
      delete __loaded[name];
      throw error;
    }
  }
  return __loaded[name].exports;
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
function sourceOf(name) {
  const source = fs.readFileSync(path.join(root, name), "utf8");
  if (name !== "lib/host/native.js") return source;
  return LOCAL_ADDON.reduce((text, [development, published]) => {
    const replaced = text.replace(development, published);
    if (replaced !== text) return replaced;
    throw new Error(`${name} has no ${development}: adapt LOCAL_ADDON in scripts/bundle.js`);
  }, source);
}

/** Adds the module `name`, and all that it requires, to `modules`. */
function collect(name, modules = new Map()) {
  // It has its place before those that it requires: they may require it as well.
  modules.set(name, undefined);
  const source = sourceOf(name).replace(OWN_MODULE, (_call, request) => {
    const required = resolve(name, request);
    if (!modules.has(required)) collect(required, modules);
    return `__load("${required}")`;
  });
  const [dynamic] = DYNAMIC_REQUEST.exec(source) ?? [];
  if (dynamic !== undefined) throw new Error(`${name}: bundlers cannot follow ${dynamic}`);
  return modules.set(name, source);
}

function resolve(from, request) {
  const file = path.posix.join(path.posix.dirname(from), request);
  const found = [file, `${file}.js`, `${file}/index.js`].find((name) =>
    fs.statSync(path.join(root, name), { throwIfNoEntry: false })?.isFile(),
  );
  if (!found?.endsWith(".js")) throw new Error(`${from}: there is no module ${request}`);
  return found;
}

// Comments on lines of their own.
const COMMENTS = /^[ \t]*(\/\/.*|\/\*[\s\S]*?\*\/[ \t]*)\n/gm;

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

/** `entry` and all modules that it needs as the text of one CommonJS module. */
async function bundle(entry) {
  const modules = collect(entry);
  const main = modules.get(entry);
  modules.delete(entry);
  const functions = [...modules].map(
    ([name, source]) => `${JSON.stringify(name)}(module, exports) {\n${source}\n},\n`,
  );
  // The entry stands at the end as it is: Node.js finds named imports by its `module.exports = { … }`.
  return withoutComments(
    `"use strict";\nconst __modules = {\n${functions.join("")}};\n${LOADER}\n${main}`,
  );
}

module.exports = { bundle };
