"use strict";

// Where the packages are tried: folders outside of the repository, with a PATH on which there is no compiler, and nothing
// of the environment of whoever runs this.

const { spawn, spawnSync } = require("node:child_process");
const fs = require("node:fs");
const path = require("node:path");
const { npmCommand } = require("../npm");

const COMPILERS = ["cargo", "rustc", "cc", "gcc", "clang", "cl", "make"];
/** How long a command may take, unless it says otherwise. */
const MINUTES = 3;

class Sandbox {
  #serial = 0;

  constructor(folder, registry) {
    this.folder = folder;
    const home = path.join(folder, "home");
    fs.mkdirSync(home);
    fs.writeFileSync(
      path.join(home, ".npmrc"),
      [
        `registry=${registry.url}`,
        `${registry.url.replace("http:", "")}:_authToken=${registry.token}`,
        "audit=false\nfund=false\nupdate-notifier=false\n",
      ].join("\n"),
    );
    this.env = {
      HOME: home,
      USERPROFILE: home,
      PATH: withoutCompilers(path.join(folder, "bin")),
      npm_config_cache: path.join(folder, "cache"),
      // Windows runs nothing without these.
      ...Object.fromEntries(
        ["SystemRoot", "ComSpec", "PATHEXT", "TEMP", "TMP"]
          .filter((name) => process.env[name])
          .map((name) => [name, process.env[name]]),
      ),
    };
    this.compilers = COMPILERS.filter(
      (name) => spawnSync(name, ["--version"], { env: this.env }).error === undefined,
    );
  }

  /** An empty folder with `files` (contents, or a file to copy) and a package.json. */
  project(files = {}, manifest = {}) {
    this.#serial += 1;
    const folder = path.join(this.folder, `project-${this.#serial}`);
    fs.mkdirSync(folder);
    const all = { "package.json": JSON.stringify({ private: true, ...manifest }), ...files };
    for (const [name, contents] of Object.entries(all)) {
      fs.mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
      fs.writeFileSync(path.join(folder, name), contents);
    }
    return folder;
  }

  /** Runs a script by Node.js in `folder`; what it printed. Throws, with its output, unless it ends well. */
  node(args, options) {
    return this.#run(process.execPath, args, options);
  }

  /** As `node`, by another Node.js. */
  otherNode(executable, args, options) {
    return this.#run(executable, args, options);
  }

  npm(args, options) {
    const [command, ...first] = npmCommand();
    return this.#run(command, [...first, ...args], options);
  }

  async #run(command, args, { cwd, env = {}, fails = false, minutes = MINUTES }) {
    const child = spawn(command, args, {
      cwd,
      env: { ...this.env, ...env },
      stdio: ["ignore", "pipe", "pipe"],
      timeout: minutes * 60_000,
    });
    const output = { stdout: "", stderr: "" };
    for (const stream of ["stdout", "stderr"]) {
      child[stream].setEncoding("utf8").on("data", (text) => {
        output[stream] += text;
      });
    }
    const code = await new Promise((resolve, reject) => {
      child.once("error", reject);
      child.once("close", (status, signal) => resolve(signal ?? status));
    });
    // A signal is the end of a program that hangs.
    const ends = fails ? Number.isInteger(code) && code !== 0 : code === 0;
    if (!ends) {
      const said = `${output.stdout}${output.stderr}`.trim();
      throw new Error(`${path.basename(command)} ${args[0]} ended with ${code}:\n${said}`);
    }
    return fails ? output.stderr : output.stdout;
  }
}

/** A PATH with Node.js and a shell, but no compiler. */
function withoutCompilers(bin) {
  if (process.platform === "win32") {
    const hasCompiler = (folder) =>
      COMPILERS.some((name) => fs.existsSync(path.join(folder, `${name}.exe`)));
    return process.env.PATH.split(path.delimiter)
      .filter((folder) => !hasCompiler(folder))
      .join(path.delimiter);
  }
  fs.mkdirSync(bin);
  fs.symlinkSync(process.execPath, path.join(bin, "node"));
  // npm runs scripts by it; /bin has compilers as well.
  fs.symlinkSync("/bin/sh", path.join(bin, "sh"));
  const npm = npmCommand()[0];
  if (npm === "npm") {
    const found = spawnSync("sh", ["-c", "command -v npm"], { encoding: "utf8" }).stdout.trim();
    fs.symlinkSync(fs.realpathSync(found), path.join(bin, "npm"));
  }
  return bin;
}

module.exports = { Sandbox };
