"use strict";

// A child process that plays calls while prototypes are polluted.

const { run } = require("./child.js");

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

module.exports = { playPolluted };
