"use strict";

// All tests: sets up what is missing, then cargo test, then Jest. What follows `--` goes to Jest alone.

const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");
const { setup } = require("./setup");
const { duration, run, timed } = require("../tools/steps");
const root = require("../tools/root");

const NOT_OURS = /^(?:\.git|\.venv.*|node_modules|target)$/;

async function main(jestArguments) {
  await setup();
  const rust = await measured("cargo test", runCargoTest);
  const js = await measured("jest", () => runJest(jestArguments));

  console.log();
  for (const { title, took, counts } of [rust, js]) {
    const problems = counts.problems.map((problem) => `\n  ${problem}`).join("");
    console.log(
      `${title}: ${counts.passed} passed, ${counts.failed} failed, in ${duration(took)}${problems}`,
    );
  }
  const passed = rust.counts.passed + js.counts.passed;
  const failed = rust.counts.failed + js.counts.failed;
  console.log(`${passed} passed, ${failed} failed`);
  return failed === 0 ? 0 : 1;
}

async function measured(title, work) {
  const start = performance.now();
  const counts = await timed("test", title, work);
  return { title, counts, took: performance.now() - start };
}

async function runCargoTest() {
  let output = "";
  const code = await run("cargo", ["test", "--no-fail-fast"], {
    cwd: root,
    onOutput: (text) => {
      output += text;
    },
  });
  const counts = { passed: 0, failed: 0, problems: [] };
  let ignored = 0;
  for (const [, ...numbers] of output.matchAll(
    /^test result: .*? (\d+) passed; (\d+) failed; (\d+) ignored/gm,
  )) {
    const [passed, failed, skipped] = numbers.map(Number);
    counts.passed += passed;
    counts.failed += failed;
    ignored += skipped;
  }
  countAsFailures(counts, ignored, "ignored");
  countUnexplained(counts, code, "cargo test");
  return counts;
}

/** At least two spec files at a time: most of their time is spent waiting for other processes. */
async function runJest(jestArguments) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "jest-results-"));
  try {
    const results = path.join(folder, "results.json");
    const jest = path.join(root, "node_modules", "jest", "bin", "jest.js");
    const workers = `--maxWorkers=${Math.max(2, os.availableParallelism() - 1)}`;
    const options = ["--json", `--outputFile=${results}`, workers, ...jestArguments];
    const code = await run(process.execPath, [jest, ...options], { cwd: root });
    const json = fs.existsSync(results) ? JSON.parse(fs.readFileSync(results, "utf8")) : undefined;
    return countJest(json, code, jestArguments.length > 0);
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

function countJest(results, code, partial) {
  const counts = { passed: 0, failed: 0, problems: [] };
  if (results) {
    counts.passed = results.numPassedTests;
    counts.failed = results.numFailedTests;
    const broken = results.testResults.filter(
      ({ status, assertionResults }) => status === "failed" && assertionResults.length === 0,
    );
    countAsFailures(counts, broken.length, "files that could not be run");
    const skipped = results.numPendingTests + results.numTodoTests;
    const missing = findSpecFiles().filter(
      (file) => !results.testResults.some(({ name }) => path.resolve(name) === file),
    );
    if (!partial) {
      countAsFailures(counts, skipped, "skipped or still to do");
      countAsFailures(counts, missing.length, "files that Jest did not run");
    } else if (skipped + missing.length > 0) {
      counts.problems.push(`${missing.length} files and ${skipped} tests left out, as asked`);
    }
  }
  countUnexplained(counts, code, "jest");
  return counts;
}

/** Every spec file of the repository, also one where Jest does not look: it would never run. */
function findSpecFiles(folder = root) {
  return fs.readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const file = path.join(folder, entry.name);
    if (entry.isDirectory()) {
      return NOT_OURS.test(entry.name) ? [] : findSpecFiles(file);
    }
    return entry.name.endsWith(".spec.js") ? [file] : [];
  });
}

function countAsFailures(counts, number, what) {
  if (number > 0) {
    counts.failed += number;
    counts.problems.push(`${number} ${what}: counted as failed`);
  }
}

/** A crash, or a compiler error, fails without naming a test. */
function countUnexplained(counts, code, what) {
  if (counts.failed > 0) {
    return;
  }
  if (code !== 0) {
    counts.failed = 1;
    counts.problems.push(`${what} ended with code ${code}: counted as one failure`);
  } else if (counts.passed === 0) {
    counts.failed = 1;
    counts.problems.push(`${what} ran no test at all: counted as one failure`);
  }
}

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error) => {
    console.error(`test: ${error.message}`);
    console.log("0 passed, 1 failed");
    process.exitCode = 1;
  },
);
