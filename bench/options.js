"use strict";

// The options of requests.js and sign-in.js, checked before anything is started.

const { parseArgs } = require("node:util");

const COUNT = /^[1-9]\d*$/;

const shown = (names) => names.map((name) => `  --peers "${name}"`).join("\n");

/**
 * `--rounds`, `--cases`, `--peers` (once for each) and one number for each member of `counts`.
 *
 * `always` are the peers that run whatever is chosen, because the others are compared with them.
 */
function readOptions(args, { cases, peers, always, counts }) {
  const numbers = { rounds: 5, ...counts };
  const options = {
    cases: { type: "string", default: cases.join() },
    peers: { type: "string", multiple: true, default: peers },
  };
  for (const [name, count] of Object.entries(numbers))
    options[name] = { type: "string", default: String(count) };
  const { values } = parseArgs({ args, options });

  const chosen = values.cases.split(",");
  if (!chosen.every((name) => cases.includes(name)))
    throw new Error(`--cases takes some of ${cases.join()}`);
  const unknown = values.peers.find((peer) => !peers.includes(peer));
  if (unknown !== undefined)
    throw new Error(`there is no peer "${unknown}". Choose one or several of\n${shown(peers)}`);
  for (const name of Object.keys(numbers)) {
    if (!COUNT.test(values[name])) throw new Error(`--${name} takes a number, at least 1`);
    numbers[name] = Number(values[name]);
  }
  const runs = new Set([...always, ...values.peers]);
  return { ...numbers, cases: chosen, isChosen: (peer) => runs.has(peer) };
}

module.exports = { readOptions };
