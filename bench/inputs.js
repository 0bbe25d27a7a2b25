"use strict";

// What a run measures: the options of run.js, checked before anything is started.

const { spawnSync } = require("node:child_process");
const fs = require("node:fs");
const path = require("node:path");
const { parseArgs } = require("node:util");
const { OTHER_BUILD, OURS, peersWith } = require("./peers");

const SIGN_IN_CASES = ["signIn", "signInTail", "signInCpu"];
const CASES = [
  "first",
  "seen",
  "inflight",
  "delay",
  "bad",
  "malformed",
  "forged",
  "server",
  ...SIGN_IN_CASES,
];

/** Who runs in `forged`: a cache would answer a token that is repeated, and the others parse as one of these does. */
const FORGED_PEERS = [
  OURS,
  `${OURS}, sync`,
  "jsonwebtoken, KeyObject",
  "aws-jwt-verify",
  "aws-jwt-verify, sync",
  "fast-jwt, sync",
  OTHER_BUILD,
];

/** Opens an Auth with the package in the folder that is its argument, which loads the addon. */
const OPEN =
  'require(process.argv[1]).createAuth({ region: "us-east-1", userPoolId: "us-east-1_AbCdEfGhI", clientId: "abc" });';

/** The rounds, the peers of each case, the folder of the other build, and whether the results are written. */
function readInputs(args) {
  const { values } = parseArgs({
    args,
    options: {
      rounds: { type: "string", default: "5" },
      cases: { type: "string", default: CASES.join() },
      peers: { type: "string", multiple: true },
      also: { type: "string" },
      "no-write": { type: "boolean", default: false },
    },
  });
  const rounds = Number(values.rounds);
  const cases = values.cases.split(",");
  if (!(rounds >= 1) || !cases.every((name) => CASES.includes(name))) {
    throw new Error(`--rounds takes a number, --cases some of ${CASES.join()}`);
  }
  const also = values.also === undefined ? undefined : otherBuild(values.also);
  const known = peersWith(also);
  const isChosen = choose(values.peers, known);
  const namesFor = (caseName) => {
    if (SIGN_IN_CASES.includes(caseName)) return Object.keys(known.signIns);
    const names = Object.keys(known.verifiers);
    return caseName === "forged" ? names.filter((name) => FORGED_PEERS.includes(name)) : names;
  };
  return {
    rounds,
    peersOf: Object.fromEntries(cases.map((name) => [name, namesFor(name).filter(isChosen)])),
    also,
    // The files are for runs of all peers, and for published figures.
    write: !values["no-write"] && also === undefined && values.peers === undefined,
  };
}

/** Which peers run: the chosen ones, and always those that they are compared with. */
function choose(peers, { verifiers, signIns }) {
  if (peers === undefined) return () => true;
  const names = Object.keys({ ...verifiers, ...signIns });
  const unknown = peers.find((peer) => !names.includes(peer));
  if (unknown !== undefined) {
    const list = names.map((name) => `  --peers "${name}"`).join("\n");
    throw new Error(`there is no peer "${unknown}". Choose one or several of\n${list}`);
  }
  const chosen = new Set([OURS, OTHER_BUILD, ...peers]);
  return (peer) => chosen.has(peer);
}

/** The absolute path of the build in `folder`. Throws, with what to do, unless an Auth can be opened with it. */
function otherBuild(folder) {
  const absolute = path.resolve(folder);
  if (!fs.existsSync(absolute)) {
    throw new Error(
      `--also ${folder}: there is no such folder. Name a checkout of this package ("git worktree add" makes one)`,
    );
  }
  if (nameOf(absolute) !== OURS) {
    throw new Error(
      `--also ${folder}: there is no package.json of ${OURS}. Name the folder of a checkout`,
    );
  }
  const { status, stderr } = spawnSync(process.execPath, ["-e", OPEN, absolute], {
    encoding: "utf8",
  });
  if (status !== 0) {
    const reason = /^\w*Error: .*/m.exec(stderr)?.[0] ?? stderr.trim();
    throw new Error(
      `--also ${folder}: its addon cannot be loaded. Run "npm run build" in that folder.\n${reason}`,
    );
  }
  return absolute;
}

function nameOf(folder) {
  try {
    return JSON.parse(fs.readFileSync(path.join(folder, "package.json"), "utf8")).name;
  } catch {
    return undefined;
  }
}

module.exports = { readInputs };
