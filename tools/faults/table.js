"use strict";

// The table of faults in docs/reliability.md, from what really becomes of the calls.

const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");
const { makeCertificates } = require("../certificates.js");
const { table } = require("../generated.js");
const { FAULTS } = require("./faults.js");
const { playFault } = require("./play.js");

const SOURCE = "tools/faults";

/** `[fault, results]` for each fault. NODE_EXTRA_CA_CERTS must not be in use elsewhere in the process meanwhile. */
async function playFaults() {
  const certificates = await makeCertificates();
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "cognito-auth-native-"));
  const file = path.join(folder, "ca.pem");
  fs.writeFileSync(file, certificates.ca);
  const before = process.env.NODE_EXTRA_CA_CERTS;
  process.env.NODE_EXTRA_CA_CERTS = file;
  try {
    return await Promise.all(
      FAULTS.map(async (fault) => [fault, await playFault(fault, certificates)]),
    );
  } finally {
    if (before === undefined) delete process.env.NODE_EXTRA_CA_CERTS;
    else process.env.NODE_EXTRA_CA_CERTS = before;
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

function cell({ outcome, reason, attempts }) {
  if (outcome === "resolves") return "resolves";
  return `\`${reason}\`${attempts > 1 ? ` after ${attempts} attempts` : ""}`;
}

function tableOf(played) {
  const calls = Object.keys(played[0][1]);
  return table([
    ["what is the matter", ...calls],
    ...played.map(([{ name }, results]) => [name, ...calls.map((call) => cell(results[call]))]),
  ]);
}

const content = async () => tableOf(await playFaults());

module.exports = { SOURCE, content, playFaults, tableOf };
