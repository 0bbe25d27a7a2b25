"use strict";

// Plays a case on both sides, and compares.

const { fork } = require("node:child_process");
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");
const util = require("node:util");
const { CLIENT, POOL, REGION, jwk, now, rsaPair } = require("../../tools/testing/tokens.js");
const { startServiceServer } = require("../../tools/testing/service-server.js");

/** Of silence, then a call is said to hang: several times what the slowest call that ends takes here. */
const PATIENCE_MS = 8_000;

const SIDES = ["original", "ours"];
const pem = (name) => rsaPair(name).privateKey.export({ type: "pkcs8", format: "pem" });

/** A home without AWS profiles, for all cases. */
const home = fs.mkdtempSync(path.join(os.tmpdir(), "cognito-auth-native-"));
process.once("exit", () => fs.rmSync(home, { recursive: true, force: true }));

/** What became of a case: `{ original, ours }`, each with what it sent to the service. */
async function playBoth(one, emulator) {
  const at = now();
  const outcomes = SIDES.map((side) =>
    (one.emulator ? playOn(emulator) : playScripted)(one, side, at),
  );
  const [original, ours] = await Promise.all(outcomes);
  return { original, ours };
}

async function playScripted(one, side, at) {
  const server = await startServiceServer();
  try {
    server.serveKeys(POOL, { keys: (one.keys ?? [{}]).map((over) => jwk(rsaPair(), over)) });
    one.script?.(server);
    const environment = {
      AWS_REGION: REGION,
      AWS_ACCESS_KEY_ID: "AKIDEXAMPLE",
      AWS_SECRET_ACCESS_KEY: "wJalrXUtnFEMI",
      AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER: server.endpoint,
      USER_POOL_ID: POOL,
      COGNITO_CLIENT_ID: CLIENT,
    };
    const outcome = await play(one, side, environment, { now: at });
    const sent = server.requests
      .filter(({ operation }) => operation !== "GET")
      .map(({ operation, body }) => `${operation} ${util.inspect(body, { sorted: true })}`);
    // How often a request is repeated is each side's own affair.
    const result = { ...outcome, sent: sent.filter((text, i) => text !== sent[i - 1]) };
    return one.counts ? { ...result, counted: server.of(one.counts).length } : result;
  } finally {
    await server.stop();
  }
}

const playOn = (emulator) => async (one, side, at) => {
  const pool = await emulator.createPool(one.pool);
  const prepared = await one.prepare?.(emulator, pool);
  return play(one, side, pool.environment, { now: at, ...prepared });
};

function play(one, side, environment, context) {
  const { AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER: endpoint, USER_POOL_ID: pool } = environment;
  const env = {
    PATH: process.env.PATH,
    HOME: home,
    AWS_EC2_METADATA_DISABLED: "true",
    AWS_SDK_JS_SUPPRESS_MAINTENANCE_MODE_MESSAGE: "1",
    COGNITO_JWKS_URI: `${endpoint}/${pool}/.well-known/jwks.json`,
    ...environment,
    ...one.environment,
  };
  for (const name of Object.keys(env)) {
    if (env[name] === undefined) delete env[name];
  }
  return new Promise((resolve, reject) => {
    const child = fork(path.join(__dirname, "play.js"), [side, one.name], {
      env,
      execArgv: [],
      // Dates, undefined.
      serialization: "advanced",
      stdio: ["ignore", "ignore", "pipe", "ipc"],
    });
    let outcome;
    let words = "";
    child.stderr.on("data", (chunk) => {
      words += chunk;
    });
    child.on("message", (message) => {
      outcome = message;
    });
    const timer = setTimeout(() => {
      outcome ??= { kind: "hangs" };
      child.kill("SIGKILL");
    }, one.patience ?? PATIENCE_MS);
    child.once("error", reject);
    child.once("close", (code) => {
      clearTimeout(timer);
      // With nothing left to wait for, Node ends in order and leaves the promise pending.
      if (code === 0) outcome ??= { kind: "hangs" };
      resolve(outcome ?? { kind: "crashes", with: /^\w*Error: .*/m.exec(words)?.[0] ?? words });
    });
    child.send({ ...context, keys: { pool: pem(), stranger: pem("stranger") } });
  });
}

/** Errors of the package jsonwebtoken, which have no `code`: that ours have one is a difference of its own. */
const hasCodeOfItsOwn = ({ original, ours }) =>
  original.kind === "rejects" &&
  original.code === undefined &&
  /^(JsonWebToken|TokenExpired|NotBefore)Error$/.test(original.name) &&
  ours.code === ours.name;

/** The names of the members that are not the same, but for a `code` that only ours has. */
function differencesOf(outcome) {
  const { original, ours } = outcome;
  const names = new Set([...Object.keys(original), ...Object.keys(ours)]);
  names.delete("reason");
  if (hasCodeOfItsOwn(outcome)) names.delete("code");
  return [...names].filter((name) => !util.isDeepStrictEqual(original[name], ours[name]));
}

module.exports = { differencesOf, hasCodeOfItsOwn, playBoth };
