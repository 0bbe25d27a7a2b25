"use strict";

// `npm run demo`: installs and builds what is missing, and plays the tutorial's session.

const { parseArgs } = require("node:util");
const { setup } = require("./setup");

const USAGE = `usage: npm run demo [-- [--serve] [--emulator ministack | cognito-local]]

  --serve     leave everything running at the end, with examples/web-app beside it, and print what to try
  --emulator  which one; without it, ministack where Python is there, else cognito-local`;

function readArguments() {
  try {
    const { values } = parseArgs({
      options: {
        serve: { type: "boolean", default: false },
        emulator: { type: "string" },
        help: { type: "boolean", short: "h" },
      },
    });
    const valid = ["ministack", "cognito-local", undefined].includes(values.emulator);
    return { serve: values.serve, kind: values.emulator, help: values.help, valid };
  } catch (error) {
    console.error(error.message);
    return { valid: false };
  }
}

async function demo({ serve, kind }) {
  await setup({ reference: false });
  // Installed by now, and not before.
  const { play } = require("./demo/session");
  await play({ serve, kind });
}

const options = readArguments();
if (!options.valid) {
  console.error(USAGE);
  process.exitCode = 2;
} else if (options.help) {
  console.log(USAGE);
} else {
  demo(options).catch((error) => {
    console.error(`\nThe demo failed as it started: ${error.message}`);
    process.exitCode = 1;
  });
}
