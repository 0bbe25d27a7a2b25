"use strict";

// Starts an emulator with the tutorial's user pool, says how to use it, and keeps it running until Ctrl-C.

const { parseArgs } = require("node:util");
const { setup } = require("./setup");

const USAGE = `usage: npm run emulator [-- ministack | cognito-local]

Without a name: ministack where Python is there, else cognito-local.`;

async function main(kind) {
  await setup({ addon: false, reference: false });
  // Installed by now, and not before.
  const { startEmulator } = require("../tools/emulator");
  const emulator = await startEmulator({ kind });
  const { environment } = await emulator.createPool();
  console.log(`
${emulator.kind} is running on ${emulator.endpoint}, with the user pool turn-based-users.
In the shell of your application:
`);
  // Settings that would go with other keys.
  for (const name of ["AWS_SESSION_TOKEN", "AWS_PROFILE"].filter((name) => process.env[name])) {
    console.log(`unset ${name}`);
  }
  for (const [name, value] of Object.entries(environment)) {
    console.log(`export ${name}='${value}'`);
  }
  console.log("\nCtrl-C ends it. Its users go with it.");
  await untilInterrupted();
  await emulator.stop();
}

function untilInterrupted() {
  return new Promise((resolve) => {
    const keepAlive = setInterval(() => {}, 60_000);
    for (const signal of ["SIGINT", "SIGTERM"]) {
      process.on(signal, () => {
        clearInterval(keepAlive);
        resolve();
      });
    }
  });
}

function readArguments() {
  try {
    const { values, positionals } = parseArgs({
      options: { help: { type: "boolean", short: "h" } },
      allowPositionals: true,
    });
    const known = ["ministack", "cognito-local", undefined].includes(positionals[0]);
    return { help: values.help, kind: positionals[0], valid: known && positionals.length < 2 };
  } catch (error) {
    console.error(error.message);
    return { valid: false };
  }
}

const { help, kind, valid } = readArguments();
if (!valid) {
  console.error(USAGE);
  process.exitCode = 2;
} else if (help) {
  console.log(USAGE);
} else {
  main(kind).catch((error) => {
    console.error(`emulator: ${error.message}`);
    process.exitCode = 1;
  });
}
