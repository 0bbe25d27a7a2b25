"use strict";

// The project's own Python environments: one for each file of requirements, so that neither disturbs the other.

const { spawnSync } = require("node:child_process");
const fs = require("node:fs");
const path = require("node:path");
const { run } = require("./steps");
const root = require("./root");

const SCRIPTS = process.platform === "win32" ? "Scripts" : "bin";

class PythonEnvironment {
  #requirements;
  #options;

  constructor(folder, requirements, options = []) {
    this.directory = path.join(root, folder);
    this.scripts = path.join(this.directory, SCRIPTS);
    this.executable = path.join(
      this.scripts,
      process.platform === "win32" ? "python.exe" : "python",
    );
    this.#requirements = path.join(root, requirements);
    this.#options = options;
  }

  // A copy of the requirements that it was made with. It is written last: half an installation has none.
  get #stamp() {
    return path.join(this.directory, "installed-requirements.txt");
  }

  isInstalled() {
    return (
      fs.existsSync(this.executable) &&
      fs.existsSync(this.#stamp) &&
      fs.readFileSync(this.#stamp, "utf8") === fs.readFileSync(this.#requirements, "utf8")
    );
  }

  /** What went wrong, or undefined. */
  async install() {
    const problem = await this.#tryToInstall();
    if (problem) fs.rmSync(this.directory, { recursive: true, force: true });
    return problem;
  }

  async #tryToInstall() {
    const names = process.platform === "win32" ? ["python", "python3"] : ["python3", "python"];
    const found = names.find((name) => {
      const probe = spawnSync(name, ["-c", "import sys; sys.exit(sys.version_info < (3, 10))"]);
      return probe.status === 0;
    });
    if (!found) {
      return "there is no Python 3.10 or newer here";
    }
    fs.rmSync(this.directory, { recursive: true, force: true });
    if ((await run(found, ["-m", "venv", this.directory])) !== 0) {
      return `"${found} -m venv" failed (on Debian and Ubuntu: install the package python3-venv)`;
    }
    const options = ["--quiet", "--disable-pip-version-check", "--retries", "2", "--timeout", "15"];
    const install = [
      "-m",
      "pip",
      "install",
      ...options,
      ...this.#options,
      "-r",
      this.#requirements,
    ];
    if ((await run(this.executable, install)) !== 0) {
      return `pip could not install ${path.basename(this.#requirements)}`;
    }
    fs.copyFileSync(this.#requirements, this.#stamp);
    return undefined;
  }
}

/** The emulator of the demo and the tests. */
const ministack = new PythonEnvironment(".venv", "requirements-dev.txt");

/** The model of Cognito's API. */
const model = new PythonEnvironment(".venv-model", "requirements-model.txt");

/** What links addons against old C libraries. */
const zig = new PythonEnvironment(".venv-zig", "requirements-build.txt", ["--require-hashes"]);

/** What looks at the workflows. */
const lint = new PythonEnvironment(".venv-lint", "requirements-lint.txt", ["--require-hashes"]);

module.exports = { lint, ministack, model, zig };
