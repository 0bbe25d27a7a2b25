"use strict";

// A Cognito emulator of one's own: on a free port of 127.0.0.1, with a data folder that goes when it goes.

const { spawn } = require("node:child_process");
const { randomBytes } = require("node:crypto");
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");
const { setTimeout: sleep } = require("node:timers/promises");
const sdk = require("@aws-sdk/client-cognito-identity-provider");
const python = require("./python");
const { freePort } = require("./free-port");

// The SDK announces on standard error which versions of Node it will need one day. That is no news for our users.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= "true";

const REGION = "us-east-1";
const KINDS = ["ministack", "cognito-local"];
const START_DEADLINE_MS = 60_000;
const STOP_GRACE_MS = 3_000;
const PORT_ATTEMPTS = 5;

/** The kinds that can be started here. cognito-local always can, ministack needs the project's `.venv`. */
function availableKinds() {
  return KINDS.filter((kind) => kind !== "ministack" || python.ministack.isInstalled());
}

/**
 * Starts an emulator. What it resolves to is the same for both kinds:
 *
 * - `kind`, `endpoint`, `region`, `authFlow` (the one of the tutorial's flow's two names that it knows)
 * - `createPool(options)` → `{ userPoolId, clientId, clientSecret?, environment }`, and `environment(pool)`
 * - `call(operation, input)` for any further call, `client` for the SDK's own, both with `credentials`
 * - `createCredentials(allowedActions)` → keys that are allowed only those, such as `["cognito-idp:AdminGetUser"]`
 * - `stop()`
 *
 * Call `stop()` in the end. ministack and its folder go in any case, even if this process is killed; the folder of
 * cognito-local stays behind in a process that is killed, and in Jest, whose sandbox sees no end of the process.
 *
 * @param {{ kind?: "ministack" | "cognito-local" }} [options] Without a kind: ministack where it is installed.
 */
async function startEmulator({ kind = availableKinds()[0] } = {}) {
  if (!KINDS.includes(kind)) {
    throw new Error(`There is no emulator "${kind}", only ${KINDS.join(" and ")}`);
  }
  if (!availableKinds().includes(kind)) {
    throw new Error(`${kind} is not installed: run "npm run setup", which says what is missing`);
  }
  const backend = await (kind === "ministack" ? startMinistack() : startCognitoLocal());
  return makeEmulator(kind, backend);
}

function makeEmulator(kind, { endpoint, credentials, createCredentials, client, stop }) {
  const authFlow = kind === "ministack" ? "ADMIN_NO_SRP_AUTH" : "ADMIN_USER_PASSWORD_AUTH";

  /** Makes any call of the API: `call("AdminDisableUser", { UserPoolId, Username })`. */
  function call(operation, input) {
    return client.send(new sdk[`${operation}Command`](input));
  }

  /**
   * Creates a user pool and an app client, by default those of the tutorial.
   *
   * @param {object} [options]
   * @param {string} [options.name]
   * @param {boolean} [options.clientSecret]
   * @param {string[]} [options.explicitAuthFlows]
   * @param {object} [options.poolSettings] Further parameters of CreateUserPool.
   * @param {object} [options.clientSettings] Further parameters of CreateUserPoolClient.
   */
  async function createPool({
    name = "turn-based-users",
    clientSecret = false,
    explicitAuthFlows = ["ADMIN_NO_SRP_AUTH"],
    poolSettings = {},
    clientSettings = {},
  } = {}) {
    const { UserPool } = await call("CreateUserPool", {
      PoolName: name,
      Policies: {
        PasswordPolicy: {
          MinimumLength: 8,
          RequireUppercase: true,
          RequireLowercase: true,
          RequireNumbers: true,
          RequireSymbols: false,
        },
      },
      Schema: [
        { Name: "phone_number", AttributeDataType: "String", Mutable: true, Required: true },
      ],
      ...poolSettings,
    });
    const { UserPoolClient } = await call("CreateUserPoolClient", {
      UserPoolId: UserPool.Id,
      ClientName: "turn-based-backend",
      GenerateSecret: clientSecret,
      ExplicitAuthFlows: explicitAuthFlows,
      ...clientSettings,
    });
    const pool = { userPoolId: UserPool.Id, clientId: UserPoolClient.ClientId };
    if (UserPoolClient.ClientSecret) {
      pool.clientSecret = UserPoolClient.ClientSecret;
    }
    return { ...pool, environment: environment(pool) };
  }

  /** The environment variables to set for a pool, and nothing but them. */
  function environment({ userPoolId, clientId, clientSecret }) {
    return {
      AWS_REGION: REGION,
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
      AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER: endpoint,
      USER_POOL_ID: userPoolId,
      COGNITO_CLIENT_ID: clientId,
      ...(clientSecret && { COGNITO_CLIENT_SECRET: clientSecret }),
      // cognito-local knows the tutorial's flow by its newer name only, and issues tokens in its own name.
      ...(kind === "cognito-local" && {
        COGNITO_AUTH_FLOW: authFlow,
        COGNITO_ISSUER: `${endpoint}/${userPoolId}`,
      }),
    };
  }

  return {
    kind,
    endpoint,
    region: REGION,
    authFlow,
    credentials,
    createCredentials,
    client,
    call,
    createPool,
    environment,
    stop,
  };
}

/**
 * The environment for a child process that is to see nothing but an emulator: without the AWS settings of whoever
 * runs this, such as a session token that goes with other keys, and without a proxy between it and 127.0.0.1.
 */
function environmentWithoutAws(env = process.env) {
  const foreign = /^(AWS_.*|COGNITO_.*|USER_POOL_ID|(HTTPS?|ALL)_PROXY)$/i;
  return Object.fromEntries(Object.entries(env).filter(([name]) => !foreign.test(name)));
}

function makeClient(endpoint, credentials) {
  return new sdk.CognitoIdentityProviderClient({ region: REGION, endpoint, credentials });
}

function makeDataFolder() {
  return fs.mkdtempSync(path.join(os.tmpdir(), "cognito-emulator-"));
}

function removeFolder(folder) {
  fs.rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}

/** Runs `stop` at most once, whoever asks, and `lastResort` (synchronous) if the process ends before. */
function stopOnce(stop, lastResort) {
  let stopped;
  process.once("exit", lastResort);
  return () => {
    stopped ??= stop().finally(() => process.removeListener("exit", lastResort));
    return stopped;
  };
}

// ---------------------------------------------------------------------------------------------------------------
// ministack: a child process
// ---------------------------------------------------------------------------------------------------------------

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

// ---------------------------------------------------------------------------------------------------------------
// cognito-local: in this process
// ---------------------------------------------------------------------------------------------------------------

/**
 * Built from its inner parts, because its own front door reads `.cognito` in the working directory and PORT and HOST
 * as it is loaded, and because the parts that are left out load all of aws-sdk v2.
 */
async function startCognitoLocal() {
  const part = (name) => require(`cognito-local/lib/${name}`);
  const { DateClock } = part("services/clock");
  const { CognitoServiceFactoryImpl } = part("services/cognitoService");
  const { StormDBDataStoreFactory } = part("services/dataStore/stormDb");
  const { MessagesService } = part("services/messages");
  const { otp } = part("services/otp");
  const { JwtTokenGenerator } = part("services/tokenGenerator");
  const { UserPoolServiceFactoryImpl } = part("services/userPoolService");
  const { createServer } = part("server/server");
  const { UnsupportedError } = part("errors");
  const packageFolder = path.dirname(require.resolve("cognito-local/package.json"));
  const pino = require(require.resolve("pino", { paths: [packageFolder] }));

  const folder = makeDataFolder();
  const logger = pino({ level: "silent" });
  const clock = new DateClock();
  const stores = new StormDBDataStoreFactory(folder);
  const userPools = new UserPoolServiceFactoryImpl(clock, stores);
  const cognito = await new CognitoServiceFactoryImpl(folder, stores, userPools).create(
    { logger },
    {},
  );
  const triggers = { enabled: () => false };
  const delivery = { deliver: async () => {} };
  const tokens = {};
  const config = { UserPoolDefaults: {}, TokenConfig: tokens, TriggerFunctions: {} };
  const services = {
    clock,
    cognito,
    config,
    messages: new MessagesService(triggers, delivery),
    otp,
    tokenGenerator: new JwtTokenGenerator(clock, triggers, tokens),
    triggers,
  };
  // Its own router loads every operation, and those for one-time passwords need a library of ES modules alone, which
  // neither Jest nor early Node 20 can require.
  const operations = new Set(fs.readdirSync(path.join(packageFolder, "lib", "targets")));
  const route = (name) => {
    const file = `${name[0].toLowerCase()}${name.slice(1)}.js`;
    if (!operations.has(file)) {
      return () =>
        Promise.reject(new UnsupportedError(`Unsupported x-amz-target header "${name}"`));
    }
    return part(`targets/${file}`)[name](services);
  };
  const options = { hostname: "127.0.0.1", port: 0, development: false, https: false };
  const front = createServer(route, logger, options, services);
  // Express prints every error to the console unless it believes that it is being tested.
  front.application.set("env", "test");
  const server = await front.start();
  const endpoint = `http://127.0.0.1:${server.address().port}`;
  // Read whenever a token is made, so the port need not be known before the server listens.
  tokens.IssuerDomain = endpoint;
  server.unref();

  const credentials = { accessKeyId: "local", secretAccessKey: "local" };
  const client = makeClient(endpoint, credentials);
  // It looks at no key.
  const createCredentials = async () => credentials;
  const stop = stopOnce(
    async () => {
      client.destroy();
      server.close();
      server.closeAllConnections();
      removeFolder(folder);
    },
    () => removeFolder(folder),
  );
  return { endpoint, credentials, createCredentials, client, stop };
}

module.exports = { availableKinds, environmentWithoutAws, startEmulator };
