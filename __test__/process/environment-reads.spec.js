"use strict";

// JavaScript may change process.env at any time, which moves the environment in memory: another thread that reads it
// meanwhile reads freed memory. So no thread of the addon reads it, and no code of the addon does once it is loaded. A
// preloaded library counts; and calls go on while JavaScript changes the environment as fast as it can.

const fs = require("node:fs");
const http = require("node:http");
const os = require("node:os");
const path = require("node:path");
const { evaluate, run } = require("../support/child.js");
const { PROBE, buildProbe } = require("../support/probe.js");
const { startServiceServer } = require("../../tools/testing/service-server.js");
const {
  CLIENT,
  POOL,
  idClaims,
  jwk,
  jwks,
  rsaPair,
  sign,
} = require("../../tools/testing/tokens.js");

/** Of each function. */
const CALLS = 100;
const TRACE = "_X_AMZN_TRACE_ID";

if (process.platform === "linux") {
  describe("on Linux", onLinux);
} else {
  test("reads of the environment are counted on Linux only", () => {
    expect(process.platform).not.toBe("linux");
  });
}

function onLinux() {
  let home;
  let probe;
  let service;
  let sources;

  beforeAll(async () => {
    home = fs.mkdtempSync(path.join(os.tmpdir(), "environment-reads-"));
    probe = buildProbe();
    service = await startServiceServer();
    service.serveKeys(POOL, jwks(jwk(rsaPair())));
    sources = await startCredentialsServer();
    const token = (index) => sign({ payload: idClaims({ sub: `user-${index}` }) });
    write("tokens.json", JSON.stringify(Array.from({ length: CALLS }, (_, index) => token(index))));
    write("web-identity-token", "web-identity-token");
    write("static", "[default]\naws_access_key_id = AKIDPROFILE\naws_secret_access_key = x\n");
    // Good for 8 seconds: asked for again now and then.
    const script = write(
      "process.sh",
      `at=$(date -u -d "@$(( $(date +%s) + 8 ))" +%Y-%m-%dT%H:%M:%SZ)
      echo '{ "Version": 1, "AccessKeyId": "AKIDPROCESS", "SecretAccessKey": "x", "Expiration": "'$at'" }'\n`,
    );
    write("process", `[default]\ncredential_process = sh "${script}"\n`);
  });
  afterAll(async () => {
    await service?.stop();
    await sources?.stop();
    probe?.remove();
    fs.rmSync(home, { recursive: true, force: true });
  });
  beforeEach(() => {
    service.clear();
    sources.life.seconds = 3_600;
  });

  /** Writes a file below the home; its path. */
  function write(name, contents) {
    const file = path.join(home, name);
    fs.writeFileSync(file, contents);
    return file;
  }

  /** The environment of each source of credentials, for servers that are reached by `host`. */
  const SOURCES = {
    environment: () => ({ AWS_ACCESS_KEY_ID: "AKIDENV", AWS_SECRET_ACCESS_KEY: "x" }),
    profile: () => ({ AWS_SHARED_CREDENTIALS_FILE: path.join(home, "static") }),
    "credential process": () => ({ AWS_CONFIG_FILE: path.join(home, "process") }),
    "web identity": (host) => ({
      AWS_ROLE_ARN: "arn:aws:iam::123456789012:role/games",
      AWS_WEB_IDENTITY_TOKEN_FILE: path.join(home, "web-identity-token"),
      AWS_ENDPOINT_URL_STS: sources.url(host),
    }),
    container: (host) => ({ AWS_CONTAINER_CREDENTIALS_FULL_URI: `${sources.url(host)}/role` }),
  };
  const KEYS = {
    environment: "AKIDENV",
    profile: "AKIDPROFILE",
    "credential process": "AKIDPROCESS",
    "web identity": "AKIDWEB",
    container: "AKIDECS",
  };

  const environment = (source, host) => ({
    ...probe.env,
    AWS_REGION: "us-east-1",
    USER_POOL_ID: POOL,
    COGNITO_CLIENT_ID: CLIENT,
    AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER: service.endpoint.replace("127.0.0.1", host),
    AWS_EC2_METADATA_DISABLED: "true",
    HOME: home,
    ...SOURCES[source](host),
  });

  const signers = () =>
    new Set(
      service.requests
        .map(({ headers }) => /Credential=([^/]+)/.exec(headers.authorization)?.[1])
        .filter(Boolean),
    );

  /** A process that inherits the environment as it is has read all of it. */
  const expectNoReads = ({ reads, spawnsWithEnviron }) =>
    expect({ ...reads, spawnsWithEnviron }).toEqual({
      onThreads: 0,
      fromAddon: 0,
      names: {},
      spawnsWithEnviron: 0,
    });

  describe("neither the addon's threads nor its code read the environment", () => {
    const source = `
      ${PROBE}
      const tokens = JSON.parse(require("node:fs").readFileSync(process.env.HOME + "/tokens.json"));
      const auth = require("./index.js");
      const functions = [
        (name) => auth.createCognitoUser(name, "Labyrinth1", "theseus@example.com", "+14155550100"),
        (name) => auth.login(name, "Labyrinth1"),
        (name) => auth.fetchUserByUsername(name),
        (_name, index) => auth.verifyToken(tokens[index]),
      ];
      probe.forgetReads();
      (async () => {
        // One by one at first, then ten of each at once.
        const failures = [];
        const call = async (index) => {
          for (const one of functions) await one("user-" + index, index);
        };
        for (let at = 0; at < ${CALLS}; at += at < 10 ? 1 : 10) {
          const many = Array.from({ length: at < 10 ? 1 : 10 }, (_, more) => call(at + more));
          for (const { reason } of await Promise.allSettled(many)) if (reason) failures.push(reason.message);
        }
        console.log(JSON.stringify({ failures, ...probe.report() }));
      })();
    `;
    const cases = ["127.0.0.1", "localhost"].flatMap((host) =>
      Object.keys(SOURCES).map((name) => [name, host]),
    );

    test.each(cases)("credentials: %s, host: %s", async (name, host) => {
      const outcome = await evaluate(source, { env: environment(name, host) });
      expect(outcome.failures).toEqual([]);
      expect(service.of("AdminGetUser")).toHaveLength(CALLS);
      expect(service.of("AdminConfirmSignUp")).toHaveLength(CALLS);
      expect(service.of("AdminInitiateAuth")).toHaveLength(CALLS);
      expect(service.of("GET")).toHaveLength(1);
      expect(signers()).toEqual(new Set([KEYS[name]]));
      expect(outcome.threads.started).toBeGreaterThan(0);
      expectNoReads(outcome);
    });
  });

  describe("calls go on while JavaScript changes the environment", () => {
    // Sets a ring of 10,000 names, then deletes them, then sets them again. glibc moves the environment as it grows.
    const source = `
      ${PROBE}
      const { createAuth } = require("./index.js");
      const { SECONDS, CHANGES, FROM_ENVIRONMENT, TRACED } = process.env;
      const ring = Array.from({ length: 10_000 }, (_, index) => "RING_" + index);
      const auth = createAuth({
        timeoutMs: 60_000,
        ...(!FROM_ENVIRONMENT && { credentials: { accessKeyId: "AKIDOPTION", secretAccessKey: "x" } }),
      });
      probe.forgetReads();
      const start = Date.now();
      let changes = 0;
      let calls = 0;
      const failures = [];
      const isOver = () => Date.now() - start > SECONDS * 1_000 && changes > CHANGES;
      const change = () => {
        // A stalled turn is not made up for: calls need their turns too.
        const due = Math.min((Date.now() - start) * 10, changes + 200);
        for (; changes < due; changes++) {
          const name = ring[changes % ring.length];
          if (Math.floor(changes / ring.length) % 2 === 0) process.env[name] = "x".repeat(changes % 64);
          else delete process.env[name];
          if (!TRACED) continue;
          if (changes % 3 === 0) delete process.env.${TRACE};
          else process.env.${TRACE} = "Root=" + changes;
        }
      };
      const timer = setInterval(change, 1);
      const caller = async () => {
        while (!isOver()) {
          try {
            await auth.fetchUserByUsername(process.env.${TRACE} ?? "none");
            calls++;
          } catch (error) {
            failures.push([error.reason, error.message, error.cause?.message]);
          }
        }
      };
      Promise.all(Array.from({ length: 32 }, caller)).then(() => {
        clearInterval(timer);
        console.log(JSON.stringify({ changes, calls, failures: failures.slice(0, 5), ...probe.report() }));
        // Node.js empties the environment slowly.
        process.exit();
      });
    `;

    async function churn(env) {
      const { code, signal, stderr, lines } = await run(source, { env, seconds: 75 });
      expect({ code, signal, stderr }).toEqual({ code: 0, signal: null, stderr: "" });
      const outcome = JSON.parse(lines.at(-1));
      expect(outcome.failures).toEqual([]);
      expect(outcome.calls).toBeGreaterThan(32);
      expectNoReads(outcome);
    }

    test("for 20 seconds, with static credentials", async () => {
      await churn({ ...environment("environment", "127.0.0.1"), SECONDS: "20", CHANGES: "50000" });
      expect(signers()).toEqual(new Set(["AKIDOPTION"]));
    }, 90_000);

    test.each(["container", "credential process"])(
      "for 5 seconds, with credentials of a %s, and a trace id that comes and goes",
      async (name) => {
        // They are asked for again before they expire, so nearly always.
        sources.life.seconds = 5;
        const env = environment(name, "localhost");
        const lambda = { AWS_LAMBDA_FUNCTION_NAME: "games", FROM_ENVIRONMENT: "1", TRACED: "1" };
        await churn({ ...env, ...lambda, SECONDS: "5", CHANGES: "5000" });
        expect(signers()).toEqual(new Set([KEYS[name]]));
        // Each call's user name is the trace id that process.env had when it was made.
        const traced = service.requests.map(({ body, headers }) => [
          body.Username,
          headers["x-amzn-trace-id"] ?? "none",
        ]);
        expect(traced.filter(([asked, sent]) => asked !== sent).slice(0, 5)).toEqual([]);
        expect(traced.some(([, sent]) => sent === "none")).toBe(true);
        expect(traced.some(([, sent]) => sent.startsWith("Root="))).toBe(true);
      },
      90_000,
    );
  });
}

/** Stands for STS (POST) and for a container's credentials (GET). `life.seconds` is how long they are good for. */
async function startCredentialsServer() {
  const life = { seconds: 3_600 };
  const server = http.createServer((request, response) => {
    request.resume();
    const expiration = new Date(Date.now() + life.seconds * 1_000).toISOString();
    if (request.method === "POST") response.end(webIdentity(expiration));
    else {
      const token = { AccessKeyId: "AKIDECS", SecretAccessKey: "x", Token: "ecs-token" };
      response.setHeader("content-type", "application/json");
      response.end(JSON.stringify({ ...token, Expiration: expiration }));
    }
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    life,
    url: (host) => `http://${host}:${server.address().port}`,
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const webIdentity = (expiration) => `
  <AssumeRoleWithWebIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
    <AssumeRoleWithWebIdentityResult><Credentials>
      <AccessKeyId>AKIDWEB</AccessKeyId><SecretAccessKey>x</SecretAccessKey>
      <SessionToken>sts-token</SessionToken><Expiration>${expiration}</Expiration></Credentials>
      <AssumedRoleUser><AssumedRoleId>AROA:a</AssumedRoleId><Arn>arn:aws:sts::1:x</Arn></AssumedRoleUser>
    </AssumeRoleWithWebIdentityResult>
  </AssumeRoleWithWebIdentityResponse>`;
