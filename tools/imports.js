"use strict";

// Which file of this repository imports which, as TypeScript's parser reads them.

const fs = require("node:fs");
const path = require("node:path");
const root = require("./root");

const SOURCE = /\.(js|cjs|mjs)$/;
const ENDINGS = ["", ".js", "/index.js"];

/** The JavaScript files below the folders, and of them those that are files, as paths from the root with slashes. */
function sourcesIn(places) {
  return places.flatMap((place) => {
    const at = path.join(root, place);
    if (fs.statSync(at).isFile()) return [place];
    return fs
      .readdirSync(at, { recursive: true })
      .map((name) => path.posix.join(place, name.split(path.sep).join("/")))
      .filter((name) => SOURCE.test(name) && !name.includes("node_modules/"))
      .sort();
  });
}

/** The names in the require(), require.resolve(), import and export of a text. */
function requestsIn(text) {
  // Version 7 has no parser for JavaScript programs to call.
  const ts = require("typescript-5.4");
  const requests = [];
  const note = (name) => {
    if (name !== undefined && ts.isStringLiteralLike(name)) requests.push(name.text);
  };
  const isRequire = (callee) =>
    callee.kind === ts.SyntaxKind.ImportKeyword ||
    /^(require|require\.resolve|jest\.requireActual)$/.test(callee.getText());
  const visit = (node) => {
    if (ts.isCallExpression(node) && isRequire(node.expression)) note(node.arguments[0]);
    if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) note(node.moduleSpecifier);
    ts.forEachChild(node, visit);
  };
  const { Latest } = ts.ScriptTarget;
  visit(ts.createSourceFile("source.js", text, Latest, true, ts.ScriptKind.JS));
  return requests;
}

/** The file that a relative import leads to; undefined if there is none, or it is a folder's. */
function resolved(from, request) {
  const file = path.posix.join(path.posix.dirname(from), request);
  return ENDINGS.map((ending) => path.posix.normalize(`${file}${ending}`)).find((name) =>
    fs.statSync(path.join(root, name), { throwIfNoEntry: false })?.isFile(),
  );
}

/** The files of this repository that each of `files` imports: a Map of lists. Names that lead nowhere are thrown. */
function importsOf(files) {
  return new Map(
    files.map((from) => {
      const requests = requestsIn(fs.readFileSync(path.join(root, from), "utf8"));
      const own = requests.filter((request) => request.startsWith("."));
      return [from, own.map((request) => resolved(from, request) ?? `${from}: ${request}`)];
    }),
  );
}

/** A circle among imports, as the list of its files, the first one also last; undefined if there is none. */
function circleIn(imports) {
  const done = new Set();
  const visit = (file, way) => {
    const at = way.indexOf(file);
    if (at >= 0) return [...way.slice(at), file];
    if (done.has(file)) return undefined;
    for (const next of imports.get(file) ?? []) {
      const circle = visit(next, [...way, file]);
      if (circle !== undefined) return circle;
    }
    done.add(file);
    return undefined;
  };
  for (const file of imports.keys()) {
    const circle = visit(file, []);
    if (circle !== undefined) return circle;
  }
  return undefined;
}

module.exports = { circleIn, importsOf, requestsIn, resolved, sourcesIn };
