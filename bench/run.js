"use strict";

// All peers side by side in one run: one process for each peer, case and round, the order rotated with every round.
// Prints Markdown tables, and writes them to RESULTS.md, the numbers to results.json, the README's plot to plot.svg.

const { spawn } = require("node:child_process");
const crypto = require("node:crypto");
const fs = require("node:fs");
const http = require("node:http");
const os = require("node:os");
const path = require("node:path");
const { readInputs } = require("./inputs");
const { orderOf, peersWith } = require("./peers");
const { report } = require("./report");
const { plot } = require("./plot");

const TOKENS = 10_000;
const WARM_UP = 2_000;
const REFUSED = 500;

const POOL = "us-east-1_AbCdEfGhI";
const CLIENT = "6f5t4r3e2w1q0p9o8i7u6y5t4r";
const KID = "k3VJgxrGRTa1dUqiwlSSqP0Vm8qfv2PxJBDcnNVyq9I=";
const ISSUER = `https://cognito-idp.us-east-1.amazonaws.com/${POOL}`;

function makeTokens(privateKey) {
  const encode = (object) => Buffer.from(JSON.stringify(object)).toString("base64url");
  const header = encode({ kid: KID, alg: "RS256" });
  const now = Math.floor(Date.now() / 1000);
  // The claims of a real ID token, about 1,000 bytes in all.
  const token = () => {
    const payload = encode({
      sub: crypto.randomUUID(),
      email_verified: true,
      iss: ISSUER,
      "cognito:username": "theseus",
      origin_jti: crypto.randomUUID(),
      aud: CLIENT,
      event_id: crypto.randomUUID(),
      token_use: "id",
      auth_time: now,
      phone_number: "+14155550100",
      exp: now + 86_400,
      iat: now,
      jti: crypto.randomUUID(),
      email: "theseus@example.com",
    });
    const input = `${header}.${payload}`;
    return `${input}.${crypto.sign("sha256", Buffer.from(input), privateKey).toString("base64url")}`;
  };
  const many = (count) => Array.from({ length: count }, token);
  const tokens = many(TOKENS);
  return {
    tokens,
    warmUp: many(WARM_UP),
    // The signature of another token: right in form, wrong in fact.
    badSignatures: tokens.slice(0, REFUSED).map((one, i) => {
      const signature = tokens[i + 1].split(".")[2];
      return `${one.slice(0, one.lastIndexOf("."))}.${signature}`;
    }),
    malformed: tokens.slice(0, REFUSED).map((one) => `x${one.slice(0, 200)}`),
  };
}

async function startJwksServer(jwks) {
  const server = http.createServer((_request, response) => {
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify(jwks));
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return server;
}

function runWorker(peer, caseName, file) {
  return new Promise((resolve, reject) => {
    const worker = spawn(
      process.execPath,
      [path.join(__dirname, "worker.js"), peer, caseName, file],
      {
        stdio: ["ignore", "pipe", "inherit"],
      },
    );
    let output = "";
    worker.stdout.on("data", (data) => {
      output += data;
    });
    worker.on("close", (code) => {
      if (code === 0) resolve(JSON.parse(output).value);
      else reject(new Error(`${peer}, ${caseName}: the process ended with code ${code}`));
    });
  });
}

/** The values of each case and peer, one for each round. `peersOf` maps the cases to the names of their peers. */
async function measure({ rounds, peersOf, file }) {
  const results = Object.fromEntries(
    Object.entries(peersOf).map(([caseName, peers]) => [
      caseName,
      Object.fromEntries(peers.map((peer) => [peer, []])),
    ]),
  );
  for (let round = 0; round < rounds; round++) {
    for (const [caseName, peers] of Object.entries(peersOf)) {
      for (const peer of orderOf(peers, round)) {
        results[caseName][peer].push(await runWorker(peer, caseName, file));
      }
      console.error(`round ${round + 1} of ${rounds}: ${caseName}`);
    }
  }
  return results;
}

function versionOf(name) {
  if (name === null) return process.version;
  const isFolder = name.startsWith(".") || path.isAbsolute(name);
  const folder = isFolder
    ? path.resolve(__dirname, name)
    : path.join(__dirname, "node_modules", name);
  return JSON.parse(fs.readFileSync(path.join(folder, "package.json"), "utf8")).version;
}

async function main() {
  const { rounds, peersOf, also, write } = readInputs(process.argv.slice(2));
  const pair = crypto.generateKeyPairSync("rsa", { modulusLength: 2048 });
  const jwk = { ...pair.publicKey.export({ format: "jwk" }), kid: KID, alg: "RS256", use: "sig" };
  const jwks = { keys: [jwk] };
  const server = await startJwksServer(jwks);
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "bench-"));
  try {
    const file = path.join(folder, "context.json");
    const settings = {
      region: "us-east-1",
      userPoolId: POOL,
      clientId: CLIENT,
      jwksUri: `http://127.0.0.1:${server.address().port}/jwks.json`,
    };
    const pem = pair.publicKey.export({ type: "spki", format: "pem" });
    console.error(`signing ${TOKENS + WARM_UP} tokens`);
    const context = { settings, jwks, pem, issuer: ISSUER, clientId: CLIENT, also };
    fs.writeFileSync(file, JSON.stringify({ ...context, ...makeTokens(pair.privateKey) }));

    const { verifiers, signIns } = peersWith(also);
    const chosen = new Set(Object.values(peersOf).flat());
    const results = {
      date: new Date().toISOString().slice(0, 10),
      machine: `${os.cpus().length} × ${os.cpus()[0].model.trim()}`,
      node: process.version,
      rounds,
      also,
      peers: Object.fromEntries(
        Object.entries({ ...signIns, ...verifiers })
          .filter(([peer]) => chosen.has(peer))
          .map(([peer, { package: name, checks = "signs in only" }]) => [
            peer,
            { version: versionOf(name), checks },
          ]),
      ),
      cases: await measure({ rounds, peersOf, file }),
    };
    const text = report(results);
    console.log(text);
    if (write) {
      fs.writeFileSync(
        path.join(__dirname, "results.json"),
        `${JSON.stringify(results, null, 2)}\n`,
      );
      fs.writeFileSync(path.join(__dirname, "RESULTS.md"), text);
      if (results.cases.first && results.cases.seen) {
        fs.writeFileSync(path.join(__dirname, "plot.svg"), plot(results));
      }
    }
  } finally {
    server.close();
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

main().catch((error) => {
  console.error(error.message);
  process.exitCode = 1;
});
