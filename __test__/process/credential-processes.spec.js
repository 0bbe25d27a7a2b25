"use strict";

// Credential processes that are stopped leave nothing in the system's table of processes, whatever children the application
// has of its own: Node.js takes the signal that tells of a child's end.

const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");
const { evaluate } = require("../support/child.js");

if (process.platform === "linux") {
  describe("on Linux", onLinux);
} else {
  test("the table of processes is read on Linux only", () => {
    expect(process.platform).not.toBe("linux");
  });
}

function onLinux() {
  let home;

  beforeEach(() => {
    home = fs.mkdtempSync(path.join(os.tmpdir(), "cognito-auth-native-processes-"));
  });
  afterEach(() => fs.rmSync(home, { recursive: true, force: true }));

  /** Calls whose credential process runs `script`; the application's own children come in between. */
  const SOURCE = `
    const { createAuth } = require("./index.js");
    const { exec, execSync } = require("node:child_process");
    const fs = require("node:fs");
    const OWN = {
      none() {},
      "waited for": () => execSync("true"),
      "in the background": () => new Promise((resolve) => exec("true", resolve)),
    };
    /** The states of this process's children: Z is one that has ended and was not waited for. */
    function children() {
      const states = [];
      for (const id of fs.readdirSync("/proc").filter((name) => /^\\d+$/.test(name))) {
        try {
          const stat = fs.readFileSync("/proc/" + id + "/stat", "latin1");
          const [state, parent] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
          if (Number(parent) === process.pid) states.push(state);
        } catch {}
      }
      return states;
    }
    (async () => {
      const own = OWN[process.env.OWN];
      const reasons = [];
      await own();
      for (let i = 0; i < 8; i++) {
        process.env.CALL = String(i);
        const auth = createAuth({ timeoutMs: 400 });
        reasons.push(await auth.login("u", "p").then(() => "ok", ({ reason }) => reason));
        await own();
      }
      const started = fs.readFileSync(process.env.STARTED, "utf8").length;
      const deadline = Date.now() + 10_000;
      while (children().length > 0 && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 20));
      console.log(JSON.stringify({ reasons, started, children: children() }));
      process.exit();
    })();
  `;

  const SCRIPTS = {
    "do not end": "sleep 60",
    "print without end": "yes",
    "have closed their outputs": "exec >&- 2>&-; sleep 60",
  };
  const rows = Object.keys(SCRIPTS).flatMap((what) =>
    ["none", "waited for", "in the background"].map((own) => [what, own]),
  );

  test.each(rows)("that %s; the application's own children: %s", async (what, own) => {
    const started = path.join(home, "started");
    fs.writeFileSync(started, "");
    const script = path.join(home, "process.sh");
    fs.writeFileSync(script, `#!/bin/sh\nprintf x >>'${started}'\n${SCRIPTS[what]}\n`, {
      mode: 0o755,
    });
    const config = path.join(home, "config");
    fs.writeFileSync(config, `[default]\ncredential_process = ${script}\n`);
    const outcome = await evaluate(SOURCE, {
      env: {
        AWS_REGION: "us-east-1",
        USER_POOL_ID: "us-east-1_AbCdEfGhI",
        COGNITO_CLIENT_ID: "1example23456789",
        AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER: "http://127.0.0.1:1",
        AWS_EC2_METADATA_DISABLED: "true",
        AWS_CONFIG_FILE: config,
        AWS_SHARED_CREDENTIALS_FILE: path.join(home, "none"),
        STARTED: started,
        OWN: own,
      },
      seconds: 60,
    });
    for (const reason of outcome.reasons) expect(reason).toMatch(/^(aws-credentials|timeout)$/);
    expect(outcome.started).toBeGreaterThan(0);
    expect(outcome.children).toEqual([]);
  });
}
