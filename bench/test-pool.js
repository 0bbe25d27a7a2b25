"use strict";

// What a test pool costs: twenty processes, one after the other, each with two pools and a thousand tokens.
//
//   node bench/test-pool.js

const { execFileSync } = require("node:child_process");

const PROCESSES = 20;
const TOKENS = 1_000;
/** While an application's own start goes on, the next pool's keys are made. */
const PAUSE_MS = 2_000;

const MEASURES = {
  first: "require() and the first pool",
  ahead: "a second pool, once its keys have been made in the background",
  at_once: "a third pool at once, before the next keys are made",
  token: "an ID token",
  sign_in: "a sign-in over HTTP (fetch)",
};

async function measure() {
  const times = {};
  const timed = async (name, run, count = 1) => {
    const start = performance.now();
    const result = await run();
    times[name] = (performance.now() - start) / count;
    return result;
  };
  const options = {
    inProduction: "I know",
    users: [{ username: "theseus", password: "Labyrinth1" }],
  };
  const pool = await timed("first", () => require("../testing.js").createTestPool(options));
  const { createTestPool } = require("../testing.js");
  await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  await timed("ahead", () => createTestPool(options));
  await timed("at_once", () => createTestPool(options));
  const tokens = () => {
    for (let count = 0; count < TOKENS; count++) pool.idToken("theseus");
  };
  await timed("token", tokens, TOKENS);
  const signIn = () =>
    fetch(pool.endpoint, {
      method: "POST",
      headers: {
        "content-type": "application/x-amz-json-1.1",
        "x-amz-target": "AWSCognitoIdentityProviderService.InitiateAuth",
      },
      body: JSON.stringify({
        ClientId: pool.clientId,
        AuthFlow: "USER_PASSWORD_AUTH",
        AuthParameters: { USERNAME: "theseus", PASSWORD: "Labyrinth1" },
      }),
    }).then((response) => response.json());
  await signIn();
  await timed(
    "sign_in",
    async () => {
      for (let count = 0; count < 100; count++) await signIn();
    },
    100,
  );
  console.log(JSON.stringify(times));
}

function report() {
  const runs = Array.from({ length: PROCESSES }, () =>
    JSON.parse(execFileSync(process.execPath, [__filename, "one"], { encoding: "utf8" })),
  );
  for (const [name, words] of Object.entries(MEASURES)) {
    const times = runs.map((run) => run[name]).sort((a, b) => a - b);
    const shown = [times[0], (times[9] + times[10]) / 2, times.at(-1)].map((time) =>
      time.toFixed(2),
    );
    console.log(`${words}: ${shown[1]} ms (${shown[0]} to ${shown[2]})`);
  }
}

if (process.argv[2] === "one") measure();
else report();
