"use strict";

// Signing in, refreshing and SRP beside AWS SDK v3 and amazon-cognito-identity-js, one process for each peer, case and round.
// Prints tables; writes nothing.
//
//   node bench/sign-in.js [--rounds 5] [--cases password,admin,refresh,user,list,srp,delay] [--peers "AWS SDK v3"]
//     [--calls 6000] [--sign-ins 100]

const { fork } = require("node:child_process");
const { createAuth } = require("..");
const { readOptions } = require("./options");
const { OURS, orderOf } = require("./peers");
const { heading, number, ratioOf, spread, table } = require("./rounds");
const { CASES } = require("./sign-in-cases");

/** The values of each measure, and their titles. */
const MEASURES = {
  calls: { median: "median, ms", p99: "99th percentile, ms", cpu: "µs of CPU a call" },
  cpu: { cpu: "µs of CPU a sign-in" },
  memory: { users: "users in memory at most", heap: "heap beyond the start at most, MiB" },
  delay: {
    p99: "99th percentile, ms",
    p99Without: "without sign-ins, ms",
    block: "longest block, ms",
    blockWithout: "without sign-ins, ms",
    failed: "sign-ins that failed",
  },
};

const percent = (ratio) => `${number(ratio * 100)} %`;

/** Figures that compare, by measure: the title, and the figure for the values of a peer and ours. */
const RATIOS = {
  calls: Object.entries({ median: "median", p99: "99th percentile", cpu: "CPU" }).map(
    ([name, title]) => [
      `ours, ${title}`,
      (values, ours) => percent(ratioOf(ours[name], values[name])),
    ],
  ),
  memory: [],
  cpu: [["ours, CPU", (values, ours) => percent(ratioOf(ours.cpu, values.cpu))]],
  delay: [
    ["99th percentile, × without", (values) => number(ratioOf(values.p99, values.p99Without))],
  ],
};

function runWorker(caseName, peer, counts) {
  return new Promise((resolve, reject) => {
    const args = [caseName, peer, JSON.stringify(counts)];
    const worker = fork(require.resolve("./sign-in-worker"), args);
    let values;
    worker.once("message", (message) => {
      values = message;
    });
    worker.once("exit", (code) => {
      if (code === 0 && values !== undefined) resolve(values);
      else reject(new Error(`${peer}, ${caseName}: the process ended with code ${code}`));
    });
  });
}

const cell = (values) => {
  const [middle, least, most] = spread(values);
  return `${middle} (${least} to ${most})`;
};

/** The values of a case's peers, each with one value for a round → a table. */
function caseTable({ title, measure }, peers) {
  const names = Object.keys(MEASURES[measure]);
  const byName = (rounds) =>
    Object.fromEntries(names.map((name) => [name, rounds.map((values) => values[name])]));
  const ours = byName(peers[OURS]);
  const rows = Object.entries(peers).map(([peer, rounds]) => {
    const values = byName(rounds);
    const ratios = RATIOS[measure].map(([, ratio]) => ratio(values, ours));
    return [peer, ...names.map((name) => cell(values[name])), ...ratios];
  });
  const head = ["", ...Object.values(MEASURES[measure]), ...RATIOS[measure].map(([name]) => name)];
  return `## ${title}\n\n${table(head, rows)}\n`;
}

/** The cases that this build has: the others are reported. */
function present(cases) {
  const functions = createAuth({ userPoolId: "us-east-1_AbCdEfGhI", clientId: "abc" });
  return cases.filter((name) => {
    const { isMissing, title } = CASES[name];
    if (!isMissing?.(functions)) return true;
    console.log(`${title}: left out, for this build does not have it\n`);
    return false;
  });
}

async function main() {
  const names = Object.values(CASES).flatMap(({ peers }) => Object.keys(peers));
  const { rounds, cases, calls, isChosen, ...more } = readOptions(process.argv.slice(2), {
    cases: Object.keys(CASES),
    peers: [...new Set(names)],
    always: [OURS],
    counts: { calls: 6_000, "sign-ins": 100 },
  });
  const counts = { calls, signIns: more["sign-ins"] };
  const results = Object.fromEntries(
    present(cases).map((name) => {
      const peers = Object.keys(CASES[name].peers).filter(isChosen);
      return [name, Object.fromEntries(peers.map((peer) => [peer, []]))];
    }),
  );
  for (let round = 0; round < rounds; round++) {
    for (const [name, peers] of Object.entries(results)) {
      for (const peer of orderOf(Object.keys(peers), round))
        peers[peer].push(await runWorker(name, peer, counts));
      console.error(`round ${round + 1} of ${rounds}: ${name}`);
    }
  }
  console.log(heading(rounds));
  for (const [name, peers] of Object.entries(results)) console.log(caseTable(CASES[name], peers));
}

main().catch((error) => {
  console.error(error.message);
  process.exitCode = 1;
});
