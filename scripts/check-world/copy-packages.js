"use strict";

const fs = require("node:fs");
const path = require("node:path");

/** Copies packages, with what they depend on, from the tools to a project: bundlers follow no links out of it. */
function copyPackages(tools, names, project) {
  const seen = new Set();
  const copy = (name, from) => {
    const folder = nearest(name, from, tools);
    if (folder === undefined || seen.has(folder)) return;
    seen.add(folder);
    // One that is within another package is copied with it.
    if (folder === path.join(tools, name)) {
      fs.cpSync(folder, path.join(project, "node_modules", name), { recursive: true });
    }
    const description = JSON.parse(fs.readFileSync(path.join(folder, "package.json"), "utf8"));
    const { dependencies, optionalDependencies } = description;
    for (const dependency of Object.keys({ ...dependencies, ...optionalDependencies })) {
      copy(dependency, folder);
    }
  };
  for (const name of names) copy(name, tools);
}

/** The folder of the package that `name` means in the folder `from`; undefined if there is none. */
function nearest(name, from, tools) {
  if (from === tools) return existing(path.join(tools, name));
  const within = existing(path.join(from, "node_modules", name));
  if (within !== undefined) return within;
  const above = from.lastIndexOf(`${path.sep}node_modules${path.sep}`);
  const holder = from.slice(0, above);
  return nearest(name, holder.startsWith(tools) ? holder : tools, tools);
}

const existing = (folder) => (fs.existsSync(folder) ? folder : undefined);

module.exports = { copyPackages };
