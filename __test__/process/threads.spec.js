"use strict";

// The addon's threads: how many there are at most, and how a call fails when the system allows no more (a container's limit
// of processes, RLIMIT_NPROC). A preloaded library counts them and sets the limit.

const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");
const { run } = require("../support/child.js");
const { PROBE, UNANSWERED, buildProbe } = require("../support/probe.js");
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

/** The addon's threads that may be alive at once, whatever is called. */
const MOST_THREADS = 14;

/** Tokens of one turn. */
const BATCH = 64;

/** Children that run at once. */
const CHILDREN = 3;

if (process.platform === "linux") {
  describe("on Linux", onLinux);
} else {
  test("threads are counted on Linux only", () => {
    expect(process.platform).not.toBe("linux");
  });
}

function onLinux() {
  let folder;
  let probe;
  let service;

  beforeAll(async () => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), "threads-"));
    probe = buildProbe();
    service = await startServiceServer();
    const keys = jwks(jwk(rsaPair()));
    service.serveKeys(POOL, keys);
    const token = (index) => sign({ payload: idClaims({ sub: `user-${index}` }) });
    const tokens = Array.from({ length: 2 * BATCH }, (_, index) => token(index));
    fs.writeFileSync(path.join(folder, "tokens.json"), JSON.stringify({ keys, tokens }));
  });
  afterAll(async () => {
    await service?.stop();
    probe?.remove();
    fs.rmSync(folder, { recursive: true, force: true });
  });

  const endpoint = (host) => service.endpoint.replace("127.0.0.1", host);

  const environment = (host, env) => ({
    ...probe.env,
    AWS_REGION: "us-east-1",
    USER_POOL_ID: POOL,
    COGNITO_CLIENT_ID: CLIENT,
    AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER: endpoint(host),
    AWS_ACCESS_KEY_ID: "AKIDEXAMPLE",
    AWS_SECRET_ACCESS_KEY: "wJalrXUtnFEMI",
    FOLDER: folder,
    ...env,
  });

  const HELPERS = `
    ${PROBE}
    const { createAuth } = require("./index.js");
    const { keys, tokens } = JSON.parse(require("node:fs").readFileSync(process.env.FOLDER + "/tokens.json"));
    const outcome = async (call) => {
      try {
        await call();
        return "ok";
      } catch (error) {
        const { name, message, reason, status, retryable, hint, stage, cause } = error;
        return { name, message, reason, status, retryable, hint, stage, cause: cause?.message };
      }
    };
    const atOnce = (count, call) => Promise.all(Array.from({ length: count }, (_, index) => outcome(() => call(index))));
    const register = (auth, name) => auth.createCognitoUser(name, "Labyrinth1", "theseus@example.com", "+14155550100");
  `;

  /** How a child ended: what it printed, if it printed. */
  async function child(source, options) {
    try {
      const { code, signal, stderr, lines } = await run(HELPERS + source, options);
      return { code, signal, stderr, value: lines.length > 0 && JSON.parse(lines.at(-1)) };
    } catch (error) {
      return { code: null, signal: null, stderr: error.message, value: undefined };
    }
  }

  describe("when the system allows fewer threads than the addon wants", () => {
    /** What is called, four times at once. */
    const KINDS = {
      login: `(auth, index) => auth.login(user(index), "Labyrinth1")`,
      fetchUserByUsername: "(auth, index) => auth.fetchUserByUsername(user(index))",
      createCognitoUser: "(auth, index) => register(auth, user(index))",
      ready: "(auth) => auth.ready()",
      verifyToken: "(auth, index) => auth.verifyToken(tokens[index])",
    };
    const HOSTS = ["127.0.0.1", "localhost"];
    const LIMITS = [0, 1, 2, 3];
    /** None from the beginning of the process, or none after a first call by address. */
    const NONE_LATER = "0 after a first call";

    const source = (call) => `
      const user = (index) => [process.env.USERS, index].join("-");
      const auth = createAuth();
      const call = ${call};
      (async () => {
        if (process.env.FIRST) {
          await createAuth({ endpoint: process.env.FIRST }).login("first", "Labyrinth1");
          probe.allow(0);
        }
        const limited = await atOnce(4, (index) => call(auth, index));
        const { refused } = probe.report().threads;
        probe.allow(-1);
        const later = await outcome(() => call(auth, "later"));
        console.log(JSON.stringify({ limited, refused, later, ...probe.report() }));
      })();
    `;
    const given = `
      const auth = createAuth({ keys: { jwks: keys } });
      const verify = (from) => atOnce(${BATCH}, (index) => auth.verifyToken(tokens[from + index]));
      (async () => {
        const limited = await verify(0);
        const { refused } = probe.report().threads;
        probe.allow(-1);
        const [later] = await verify(${BATCH});
        console.log(JSON.stringify({ limited, refused, later, ...probe.report() }));
      })();
    `;

    const CASES = HOSTS.flatMap((host) =>
      Object.entries(KINDS).flatMap(([kind, call]) =>
        [...LIMITS, NONE_LATER].map((limit) => ({ kind, host, limit, source: source(call) })),
      ),
    );
    const BATCHES = LIMITS.map((limit) => ({
      kind: "64 tokens",
      host: "127.0.0.1",
      limit,
      source: given,
    }));
    const nameOf = ({ kind, host, limit }) => `${kind}-${host}-${limit}`;
    const ended = new Map();

    beforeAll(async () => {
      service.clear();
      const waiting = [...CASES, ...BATCHES];
      const work = async () => {
        for (let one = waiting.shift(); one !== undefined; one = waiting.shift()) {
          // "later" is a token too.
          const text = one.source.replace(`"later"`, one.kind === "verifyToken" ? "9" : `"later"`);
          const limits =
            one.limit === NONE_LATER
              ? { FIRST: service.endpoint }
              : { COGNITO_PROBE_THREADS: String(one.limit) };
          const env = environment(one.host, { ...limits, USERS: nameOf(one) });
          ended.set(nameOf(one), await child(text, { env }));
        }
      };
      await Promise.all(Array.from({ length: CHILDREN }, work));
    }, 120_000);

    const endOf = (one) => {
      const { value, ...end } = ended.get(nameOf(one));
      expect(end).toEqual({ code: 0, signal: null, stderr: "" });
      return value;
    };

    test.each(CASES)(
      "$kind succeeds, or reports the missing threads: $host, threads: $limit",
      (one) => {
        const { limited, refused, later, threads } = endOf(one);
        const failed = limited.filter((outcome) => outcome !== "ok");
        for (const error of failed) {
          expect(error).toMatchObject({ reason: "resources", status: 503, retryable: true });
          expect(error.hint).toMatch(/thread|process/);
          expect(JSON.stringify(error)).not.toMatch(/report it|panic/i);
        }
        // The library saw the addon's threads, and it refused one to the calls that failed.
        expect(threads.started).toBeGreaterThan(0);
        if (failed.length > 0) expect(refused).toBeGreaterThan(0);
        expect(later).toBe("ok");
        expect(threads.most).toBeLessThanOrEqual(MOST_THREADS);
      },
    );

    test.each(CASES.filter(({ kind }) => kind === "createCognitoUser"))(
      "$kind reports its stage if SignUp was sent: $host, threads: $limit",
      (one) => {
        const { limited } = endOf(one);
        const sent = (operation) =>
          service.of(operation).map(({ body }) => body.Username.replace(`${nameOf(one)}-`, ""));
        limited.forEach((outcome, index) => {
          if (outcome === "ok") expect(sent("AdminConfirmSignUp")).toContain(String(index));
          else if (outcome.stage === undefined) expect(sent("SignUp")).not.toContain(String(index));
          else expect(["sign-up", "confirm"]).toContain(outcome.stage);
        });
      },
    );

    test.each(BATCHES)("$kind with given keys need no other thread, threads: $limit", (one) => {
      const { limited, later } = endOf(one);
      expect(limited.filter((outcome) => outcome !== "ok")).toEqual([]);
      expect(limited).toHaveLength(BATCH);
      expect(later).toBe("ok");
    });
  });

  describe("how many there are", () => {
    const CROWD = `
      (async () => {
        const auth = createAuth();
        const outcomes = [
          ...(await atOnce(128, (index) => auth.login("user-" + index, "Labyrinth1"))),
          ...(await atOnce(128, (index) => register(auth, "user-" + index))),
          ...(await atOnce(128, (index) => auth.fetchUserByUsername("user-" + index))),
          ...(await atOnce(128, (index) => auth.verifyToken(tokens[index]))),
        ];
        console.log(JSON.stringify({ failed: outcomes.filter((outcome) => outcome !== "ok"), ...probe.report() }));
      })();
    `;

    test.each(["127.0.0.1", "localhost"])("128 calls at once, %s", async (host) => {
      // So slow that look-ups wait for each other, if they can.
      const env = environment(host, { COGNITO_PROBE_LOOK_UP_MS: "50" });
      const { value, ...end } = await child(CROWD, { env });
      expect(end).toEqual({ code: 0, signal: null, stderr: "" });
      expect(value.failed).toEqual([]);
      expect(value.threads.started).toBeGreaterThan(0);
      expect(value.threads.most).toBeLessThanOrEqual(MOST_THREADS);
    });
  });

  describe("while a name server does not answer", () => {
    const source = `
      const { SLOW, BY_NAME, BY_ADDRESS } = process.env;
      const until = async (holds) => {
        for (const end = Date.now() + 10_000; !holds(); ) {
          if (Date.now() > end) throw new Error("no look-up has begun within 10 s");
          await new Promise((resolve) => setTimeout(resolve, 5));
        }
      };
      const keyed = createAuth({ keys: { jwks: keys } });
      const verify = (from) => atOnce(${BATCH}, (index) => keyed.verifyToken(tokens[from + index]));
      // An address of its own for each, and so a connection and keys of its own.
      const other = (endpoint, connectTimeoutMs) => createAuth({ endpoint, connectTimeoutMs });
      (async () => {
        const out = {};
        // Three times 128 calls that give up, and 128 that wait.
        const hasty = createAuth({ endpoint: SLOW, timeoutMs: 300 });
        out.hasty = [];
        for (let round = 0; round < 3; round++) {
          out.hasty.push(...(await atOnce(128, (index) => hasty.login("user-" + index, "Labyrinth1"))));
        }
        const patient = createAuth({ endpoint: SLOW, timeoutMs: 20_000, connectTimeoutMs: 15_000 });
        const waiting = atOnce(128, (index) => patient.login("user-" + index, "Labyrinth1"));
        const keysWaiting = outcome(() => patient.ready());
        await until(() => probe.report().resolving > 0);
        out.batches = [...(await verify(0)), ...(await verify(${BATCH}))];
        out.byAddress = await outcome(() => other(BY_ADDRESS, 2_998).login("theseus", "Labyrinth1"));
        out.byName = await outcome(() => other(BY_NAME, 2_999).login("theseus", "Labyrinth1"));
        out.keysByName = await outcome(() => other(BY_NAME, 2_997).ready());
        out.during = probe.report();
        probe.release();
        out.waited = [...(await waiting), await keysWaiting];
        out.later = await outcome(() => other(BY_NAME, 2_996).login("theseus", "Labyrinth1"));
        console.log(JSON.stringify({ ...out, end: probe.report() }));
      })();
    `;
    let value;

    beforeAll(async () => {
      const port = new URL(service.endpoint).port;
      const env = environment("127.0.0.1", {
        SLOW: `http://cognito.${UNANSWERED}:${port}`,
        BY_NAME: endpoint("localhost"),
        BY_ADDRESS: service.endpoint,
      });
      const { value: printed, ...end } = await child(source, { env, seconds: 60 });
      expect(end).toEqual({ code: 0, signal: null, stderr: "" });
      value = printed;
    }, 90_000);

    test("the number of threads is bounded", () => {
      expect(value.during.resolving).toBeGreaterThan(0);
      expect(value.end.threads.most).toBeLessThanOrEqual(MOST_THREADS);
    });

    test("the calls to that host fail with a typed error", () => {
      for (const { reason } of [...value.hasty, ...value.waited]) {
        expect(["timeout", "network", "throttled", "keys-unavailable", "resources"]).toContain(
          reason,
        );
      }
      expect(value.hasty).toHaveLength(3 * 128);
      expect(value.waited).toHaveLength(129);
    });

    test("tokens are verified", () => {
      expect(value.batches).toEqual(Array(2 * BATCH).fill("ok"));
    });

    test.each(["byAddress", "byName", "keysByName", "later"])(
      "other hosts are reached: %s",
      (how) => {
        expect(value[how]).toBe("ok");
      },
    );
  });
}
