"use strict";

// ministack: a child process.

const { spawn } = require("node:child_process");
const { randomBytes } = require("node:crypto");
const path = require("node:path");
const { setTimeout: sleep } = require("node:timers/promises");
const { REGION, makeClient, makeDataFolder, removeFolder, stopOnce } = require("./backend");
const { freePort } = require("../free-port");
const python = require("../python");

const START_DEADLINE_MS = 60_000;
const STOP_GRACE_MS = 3_000;
const PORT_ATTEMPTS = 5;

async function startMinistack() {
  for (let attempt = 1; ; attempt += 1) {
    const started = await tryMinistack(await freePort());
    if (started.backend) {
      return started.backend;
    }
    // The port was free a moment ago: another process was faster.
    if (
      !/address already in use|is already in use/i.test(started.log) ||
      attempt === PORT_ATTEMPTS
    ) {
      throw new Error(`ministack did not start: ${started.reason}\n${started.log}`);
    }
  }
}

async function tryMinistack(port) {
  const endpoint = `http://127.0.0.1:${port}`;
  const folder = makeDataFolder();
  // Known to this emulator alone: another one on the port would refuse it.
  const rootKeyId = `AKIA${randomBytes(8).toString("hex").toUpperCase()}`;
  const child = spawn(python.ministack.executable, [path.join(__dirname, "run_ministack.py")], {
    cwd: folder,
    env: ministackEnvironment(port, folder, rootKeyId),
    stdio: ["pipe", "pipe", "pipe"],
    windowsHide: true,
  });
  const exited = new Promise((resolve) => {
    child.once("exit", (code, signal) => resolve(`it ended with ${signal ?? `code ${code}`}`));
    child.once("error", (error) => resolve(error.message));
  });
  let ended;
  exited.then((reason) => {
    ended = reason;
  });
  let log = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8");
    stream.on("data", (text) => {
      log = (log + text).slice(-8_192);
    });
  }
  // It may be gone before its input is closed.
  child.stdin.on("error", () => {});

  const kill = () => {
    child.kill("SIGKILL");
    removeFolder(folder);
  };
  let client;
  const stop = stopOnce(async () => {
    client?.destroy();
    child.ref();
    // Its end of input is the sign for it to go (run_ministack.py).
    child.stdin.end();
    const grace = new AbortController();
    await Promise.race([exited, sleep(STOP_GRACE_MS, undefined, grace)]);
    grace.abort();
    if (ended === undefined) {
      child.kill("SIGKILL");
      await exited;
    }
    removeFolder(folder);
  }, kill);

  const createCredentials = (allowedActions) => createIamUser(endpoint, rootKeyId, allowedActions);
  const { credentials, reason } = await untilReady(createCredentials, () => ended);
  if (reason) {
    await stop();
    return { reason, log };
  }
  client = makeClient(endpoint, credentials);
  for (const handle of [child, child.stdin, child.stdout, child.stderr]) {
    handle.unref();
  }
  return { backend: { endpoint, credentials, createCredentials, client, stop } };
}

function ministackEnvironment(port, folder, rootKeyId) {
  const inherited = ["PATH", "SYSTEMROOT", "LANG", "LC_ALL"].filter((name) => process.env[name]);
  return {
    ...Object.fromEntries(inherited.map((name) => [name, process.env[name]])),
    BIND_HOST: "127.0.0.1",
    GATEWAY_PORT: String(port),
    STATE_DIR: folder,
    TMPDIR: folder,
    TEMP: folder,
    HOME: folder,
    SERVICES: "cognito-idp,iam",
    MINISTACK_REGION: REGION,
    LOG_LEVEL: "WARNING",
    // Signatures and permissions are checked.
    AUTH: "true",
    AWS_ACCESS_KEY_ID: rootKeyId,
    // Listeners on fixed ports, which two emulators at once would quarrel over.
    IOT_MTLS_ENABLED: "0",
    SFTP_ENABLED: "0",
    // It removes the containers that it takes for its own as it starts: keep it away from a Docker daemon.
    DOCKER_HOST: `unix://${path.join(folder, "no-docker.sock")}`,
  };
}

/** Credentials, as soon as there are some to be had, or the reason why there will be none. */
async function untilReady(createCredentials, hasEnded) {
  const deadline = Date.now() + START_DEADLINE_MS;
  while (hasEnded() === undefined) {
    try {
      return { credentials: await createCredentials(["cognito-idp:*"]) };
    } catch (error) {
      if (Date.now() > deadline) {
        return { reason: `it does not answer: ${error.message}` };
      }
      await sleep(25);
    }
  }
  return { reason: hasEnded() };
}

/**
 * Makes an IAM user and resolves to its keys. The root key is never handed out, for ministack checks no signature that
 * names it, and hence none of this function's either.
 */
async function createIamUser(endpoint, rootKeyId, allowedActions) {
  const iam = async (parameters) => {
    const today = new Date().toISOString().slice(0, 10).replaceAll("-", "");
    const response = await fetch(endpoint, {
      method: "POST",
      headers: {
        Authorization: `AWS4-HMAC-SHA256 Credential=${rootKeyId}/${today}/${REGION}/iam/aws4_request, SignedHeaders=host, Signature=unchecked`,
      },
      body: new URLSearchParams({ Version: "2010-05-08", ...parameters }),
      signal: AbortSignal.timeout(START_DEADLINE_MS),
    });
    const text = await response.text();
    if (!response.ok) {
      throw new Error(`IAM answered ${response.status}: ${text}`);
    }
    return (element) => new RegExp(`<${element}>([^<]+)<`).exec(text)?.[1];
  };
  const UserName = `turn-based-${randomBytes(4).toString("hex")}`;
  const Statement = [{ Effect: "Allow", Action: allowedActions, Resource: "*" }];
  await iam({ Action: "CreateUser", UserName });
  await iam({
    Action: "PutUserPolicy",
    UserName,
    PolicyName: "cognito",
    PolicyDocument: JSON.stringify({ Version: "2012-10-17", Statement }),
  });
  const key = await iam({ Action: "CreateAccessKey", UserName });
  return { accessKeyId: key("AccessKeyId"), secretAccessKey: key("SecretAccessKey") };
}

module.exports = { startMinistack };
