"use strict";

// What is played on both sides. A case:
//
// - `name`, and `play(auth, context)`: what is done with the four functions
// - `script(server)`: what the scripted service answers; `keys`: what the JWKS's keys have other than usual
// - `environment`: variables to change, undefined to remove
// - `emulator: true`: played on an emulator's own pool (`pool`: its options) instead, after `prepare(emulator, pool)`
// - `counts`: the operation whose requests are counted; `patience`: milliseconds of silence, then the call hangs
// - `differs: [row, ours]`: the row of `differences.js` that it proves, and what is expected of our outcome

const CASES = [
  ...require("./arguments"),
  ...require("./users"),
  ...require("./faults"),
  ...require("./configuration"),
  ...require("./tokens"),
  ...require("./emulated"),
];

const byName = new Map(CASES.map((one) => [one.name, one]));
if (byName.size !== CASES.length) throw new Error("two cases have the same name");

const caseNamed = (name) => byName.get(name);

module.exports = { CASES, caseNamed };
