"use strict";

// The Rust tests and the Jest suite under AddressSanitizer, which sees what no test can: memory used after it was freed,
// or beyond its bounds, whether or not it does harm this time; and, in the Rust tests, memory that is never freed. Two spec
// files are left out: they preload a library of their own, in whose place the sanitizer's would be. It takes Linux on x86-64, rustup's nightly toolchain, cc and ar.

const { spawnSync } = require("node:child_process");
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");
const { duration, run, timed } = require("../tools/steps");
const root = require("../tools/root");

const targetDir = process.env.CARGO_TARGET_DIR ?? path.join(root, "target");

const TARGET = "x86_64-unknown-linux-gnu";
/** They count threads and reads of the environment with `__test__/support/probe.c`. */
const PROBED = ["environment-reads", "threads"];

const SANITIZE = "-Zsanitizer=address";

// Not a release build: only an unoptimised one has the checks within Rust's own unsafe functions.
const CARGO_ENV = {
  // Frame pointers, or the reports' stacks end early.
  RUSTFLAGS: `${SANITIZE} -Cforce-frame-pointers=yes`,
  RUSTDOCFLAGS: SANITIZE,
  // Most of the cryptography is C, and it is Rust that hands it the pointers.
  [`CFLAGS_${TARGET.replaceAll("-", "_")}`]: "-fsanitize=address -fno-omit-frame-pointer",
};

async function main() {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "memory-check-"));
  const reports = path.join(folder, "reports");
  fs.mkdirSync(reports);
  try {
    const addon = await timed("memory-check", "build the addon", () => buildAddon(folder));
    const node = prepareNode(folder, addon, linkRuntime(folder), reports);
    const parts = [
      await measured("cargo test", () => runCargoTest(reports)),
      await measured("jest", () => runJest(node, folder)),
    ];
    return summarize(parts, readReports(reports));
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

async function measured(title, work) {
  const start = performance.now();
  const counts = await timed("memory-check", title, work);
  return { title, took: performance.now() - start, ...counts };
}

function cargo(args, options) {
  const all = ["+nightly", ...args, "--target", TARGET];
  return run("cargo", all, { cwd: root, ...options, env: { ...options.env, ...CARGO_ENV } });
}

async function buildAddon(folder) {
  const args = ["rustc", "--lib", "--crate-type", "cdylib"];
  if ((await cargo(args, { env: process.env })) !== 0) {
    throw new Error("the addon cannot be built");
  }
  const addon = path.join(folder, "addon.node");
  fs.copyFileSync(path.join(targetDir, TARGET, "debug", "libcognito_auth_native.so"), addon);

  // All would pass if the flags had silently had no effect. One that is instrumented cannot be loaded by itself.
  const { stderr } = spawnSync(process.execPath, ["-p", "require(process.argv[1])", addon], {
    encoding: "utf8",
  });
  if (!stderr.includes("undefined symbol: __asan")) {
    throw new Error("the addon was built without AddressSanitizer");
  }
  return addon;
}

/**
 * Makes a shared library of the runtime that rustc brings for executables: Node.js is none of rustc's, so the runtime has
 * to be preloaded, and one that comes with a C compiler may be of another version than rustc's.
 */
function linkRuntime(folder) {
  const libdir = command("rustc", ["+nightly", "--print", "target-libdir", "--target", TARGET]);
  const archive = path.join(folder, "asan.a");
  const library = path.join(folder, "asan.so");
  fs.copyFileSync(path.join(libdir.trim(), "librustc-nightly_rt.asan.a"), archive);
  // Of use to executables alone, and not allowed in a shared library.
  command("ar", ["d", archive, "asan_preinit.cpp.o"]);
  const whole = ["-Wl,--whole-archive", archive, "-Wl,--no-whole-archive"];
  command("cc", ["-shared", "-o", library, ...whole, "-lpthread", "-ldl", "-lrt", "-lm"]);
  return library;
}

function command(name, args) {
  const { status, error, stdout, stderr } = spawnSync(name, args, { encoding: "utf8" });
  if (status !== 0) {
    throw new Error(`${name} failed: ${error?.message ?? stderr}`);
  }
  return stdout;
}

/**
 * What makes a Node.js process load the runtime and this addon, and the processes that it starts too: tests give those an
 * environment in which nothing of ours is left, but they start them with process.execPath.
 */
function prepareNode(folder, addon, runtime, reports) {
  const node = path.join(folder, "node");
  const preload = path.join(folder, "preload.js");
  const quoted = JSON.stringify;
  fs.writeFileSync(
    preload,
    `
    process.execPath = ${quoted(node)};
    // What is not Node.js (npm's shell, Python) has nothing of ours to look at.
    delete process.env.LD_PRELOAD;
    const { _extensions } = require("node:module");
    const load = _extensions[".node"];
    _extensions[".node"] = (module, file) =>
      load(module, file.includes("cognito-auth-native.") ? ${quoted(addon)} : file);
    `,
  );
  const env = {
    LD_PRELOAD: runtime,
    // Node.js leaves much of its own to the end of the process, and that is all reported as leaked.
    ASAN_OPTIONS: `${asanOptions(reports)}:detect_leaks=0`,
  };
  const words = Object.entries(env).map(([name, value]) => `${name}='${value}'`);
  const start = `${words.join(" ")} exec '${process.execPath}' --require '${preload}' "$@"`;
  fs.writeFileSync(node, `#!/bin/sh\n${start}\n`, { mode: 0o755 });

  // All would pass, too, if the tests had another addon.
  const loaded = `
    require(${quoted(root)});
    console.log(require("node:fs").readFileSync("/proc/self/maps", "utf8").includes(${quoted(addon)}));
  `;
  if (command(node, ["-e", loaded]).trim() !== "true") {
    throw new Error("the tests would not load the addon that was built");
  }
  return node;
}

function asanOptions(reports) {
  return [
    // In files: the tests do not show what the processes that they start say of their end.
    `log_path=${reports}/report`,
    // V8's own handlers would hide a crash, and an abort is what follows a failed check within Rust's unsafe functions.
    "handle_segv=2",
    "handle_sigbus=2",
    "handle_abort=2",
    "strict_string_checks=1",
    "allow_addr2line=1",
  ].join(":");
}

async function runCargoTest(reports) {
  let output = "";
  const code = await cargo(["test", "--no-fail-fast"], {
    env: { ...process.env, ASAN_OPTIONS: asanOptions(reports) },
    onOutput: (text) => {
      output += text;
    },
  });
  const results = /^test result: .*? (\d+) passed; (\d+) failed/gm;
  const counts = [...output.matchAll(results)].map(([, ...numbers]) => numbers.map(Number));
  const sum = (index) => counts.reduce((all, numbers) => all + numbers[index], 0);
  return { code, passed: sum(0), failed: sum(1) };
}

async function runJest(node, folder) {
  const results = path.join(folder, "results.json");
  const jest = path.join(root, "node_modules", "jest", "bin", "jest.js");
  const left = PROBED.flatMap((name) => ["--testPathIgnorePatterns", `/${name}.spec.js$`]);
  const options = ["--json", `--outputFile=${results}`, ...left];
  const code = await run(node, [jest, ...options], { cwd: root });
  // There is none if Jest itself was ended by a report.
  const { numPassedTests = 0, numFailedTests = 0 } = fs.existsSync(results)
    ? JSON.parse(fs.readFileSync(results, "utf8"))
    : {};
  return { code, passed: numPassedTests, failed: numFailedTests };
}

function readReports(folder) {
  return fs.readdirSync(folder).map((name) => fs.readFileSync(path.join(folder, name), "utf8"));
}

function summarize(parts, reports) {
  for (const report of reports) {
    console.log(report);
  }
  for (const { title, took, code, passed, failed } of parts) {
    const ending = code === 0 ? "" : `, ended with code ${code}`;
    console.log(`${title}: ${passed} passed, ${failed} failed, in ${duration(took)}${ending}`);
  }
  console.log(`AddressSanitizer: ${reports.length} reports`);
  return reports.length === 0 && parts.every(({ code, passed }) => code === 0 && passed > 0)
    ? 0
    : 1;
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error) => {
    console.error(`memory-check: ${error.message}`);
    process.exitCode = 1;
  },
);
