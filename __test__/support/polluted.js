"use strict";

// A child process that plays calls while prototypes are polluted.

const { run } = require("./child.js");
const { startServiceServer } = require("../../tools/testing/service-server.js");
const { CLIENT, POOL } = require("../../tools/testing/tokens.js");

/** What the file prints last, as JSON. `env` has its settings besides AWS credentials. */
async function playPolluted(file, env) {
  const { code, stdout, stderr, lines } = await run("", {
    file,
    seconds: 280,
    env: {
      AWS_ACCESS_KEY_ID: "AKIDGOOD",
      AWS_SECRET_ACCESS_KEY: "secret",
      AWS_EC2_METADATA_DISABLED: "true",
      ...env,
    },
  });
  // A promise that never settles ends the process without a line.
  expect({ code, stderr, isPlayed: stdout !== "" }).toEqual({
    code: 0,
    stderr: "",
    isPlayed: true,
  });
  return JSON.parse(lines.at(-1));
}

/**
 * The same on a server with these answers, by operation: what was played, how often each request was sent (by its operation and body),
 * and the requests to a server that pollution names.
 */
async function playOnServer(file, answers, env = {}) {
  const [service, attacker] = await Promise.all([startServiceServer(), startServiceServer()]);
  try {
    for (const [operation, answer] of Object.entries(answers)) service.always(operation, answer);
    const played = await playPolluted(file, {
      AWS_ENDPOINT_URL: service.endpoint,
      USER_POOL_ID: POOL,
      COGNITO_CLIENT_ID: CLIENT,
      ATTACKER: attacker.endpoint,
      ...env,
    });
    const sent = {};
    for (const { operation, text } of service.requests) {
      const request = `${operation} ${text}`;
      sent[request] = (sent[request] ?? 0) + 1;
    }
    return { played, sent, toAttacker: attacker.requests };
  } finally {
    await Promise.all([service, attacker].map((server) => server.stop()));
  }
}

module.exports = { playOnServer, playPolluted };
