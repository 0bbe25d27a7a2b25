"use strict";

// A fetch of the keys that meets a faulty server, over real HTTP and HTTPS: how many attempts it makes, and what becomes of the
// calls that wait for it.

const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");
const { AuthError, createAuth } = require("../..");
const { makeCertificates } = require("../../tools/certificates.js");
const { useEnvironment } = require("../support/environment.js");
const { startJwksServer, startSecureJwksServer } = require("../../tools/testing/jwks-server.js");
const { eventually, pause, refusal, settled } = require("../../tools/outcomes.js");
const {
  CLIENT,
  POOL,
  REGION,
  idClaims,
  jwk,
  rsaPair,
  sign,
} = require("../../tools/testing/tokens.js");

/** The attempts of one fetch (src/core/limits.rs: one at once, and one for each of JWKS_PAUSES). */
const ATTEMPTS = 3;
/** The longest pause after a failed fetch without keys (BACKOFF_LONGEST_WITHOUT_KEYS), in seconds. */
const LONGEST_PAUSE = 1;
/** A timer may end a millisecond early, and times are rounded to milliseconds. */
const ROUNDING_MS = 5;

const pool = rsaPair("pool");
const next = rsaPair("next");

let folder;
let certificates;
let restoreEnvironment;

beforeAll(async () => {
  certificates = await makeCertificates();
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "cognito-auth-native-keys-"));
  const file = path.join(folder, "ca.pem");
  fs.writeFileSync(file, certificates.ca);
  restoreEnvironment = useEnvironment({ NODE_EXTRA_CA_CERTS: file });
});

afterAll(() => {
  restoreEnvironment();
  fs.rmSync(folder, { recursive: true, force: true });
});

const PROTOCOLS = {
  http: () => startJwksServer(jwk(pool)),
  https: () => startSecureJwksServer(certificates.good, jwk(pool)),
};

async function onServer(startServer, use) {
  const server = await startServer();
  const auth = createAuth({
    region: REGION,
    userPoolId: POOL,
    clientId: CLIENT,
    jwksUri: server.url,
  });
  try {
    return await use(server, auth);
  } finally {
    await server.stop();
  }
}

/** A token of its own each time, so that no cache of verified tokens answers. */
let serial = 0;
function fresh(over = {}) {
  serial += 1;
  return sign({ payload: idClaims({ jti: `${serial}` }), ...over });
}

const ofNext = () => fresh({ header: { kid: "next" }, key: next.privateKey });

/** Waits until the client has closed its connections: a fetch that has ended leaves none. */
const closed = (server) =>
  eventually(async () => {
    if (server.open() > 0) throw new Error(`${server.open()} connections are open`);
  });

/** What a refusal shows, and that its message does not say where the keys are. */
function shown(error, { host, path: place, url }) {
  const [, port] = host.split(":");
  const hides = [host, port, place, "127.0.0.1", "://"].every(
    (part) => !error.message.includes(part),
  );
  return {
    reason: error.reason,
    retryable: error.retryable,
    isPauseShort: error.retryAfter > 0 && error.retryAfter <= LONGEST_PAUSE,
    messageHidesAddress: hides || error.message,
    causeNamesAddress: error.cause?.message.includes(url) || String(error.cause),
  };
}

const REFUSED = {
  reason: "keys-unavailable",
  retryable: true,
  isPauseShort: true,
  messageHidesAddress: true,
  causeNamesAddress: true,
};

const html = { "content-type": "text/html" };
const PAGE = "<!doctype html><p>Bad Gateway</p>";

/** What the server does, the fault, and the requests that a faulty attempt brings. */
const FAULTS = [
  ["resets the connection at once", ["resetAtOnce"], 0],
  ["resets the connection on its first bytes", ["resetFirstBytes"], 0],
  ["closes the connection on its first bytes", ["closeOnFirstBytes"], 0],
  ["never answers the first bytes", ["ignoreFirstBytes"], 0],
  ["speaks another protocol", ["banner"], 0],
  ["resets the connection before its headers", ["reset"], 1],
  ["resets the connection after its headers", ["resetAfter", 0], 1],
  ["resets the connection within the body", ["resetAfter", 0.5], 1],
  ["cuts the body", ["cut"], 1],
  ["never answers the request", ["hang"], 1],
  ["stops after its headers", ["hangAfterHeaders"], 1],
  ["sends a byte at a time", ["drip"], 1],
  ["answers 204", ["answer", 204, {}, ""], 1],
  ["answers 403", ["status", 403], 1],
  ["answers 404", ["status", 404], 1],
  ["answers 429 with Retry-After: 60", ["answer", 429, { "retry-after": "60" }, ""], 1],
  ["answers 500", ["status", 500], 1],
  ["answers 500 with keys", ["keysWithStatus", 500], 1],
  ["answers 502 and HTML", ["answer", 502, html, PAGE], 1],
  ["answers 503, HTML and Retry-After", ["answer", 503, { ...html, "retry-after": "60" }, PAGE], 1],
  ["redirects", ["redirect", "http://127.0.0.1:9/jwks.json"], 1],
  ["sends an empty body", ["text", ""], 1],
  ["sends a page of HTML", ["text", PAGE, "text/html"], 1],
  ["sends half of the JSON", ["text", '{"keys":[{"kty":"RSA",'], 1],
  ["sends an object without keys", ["text", "{}"], 1],
  ["sends an empty set", ["text", '{"keys":[]}'], 1],
  ["sends more than 256 KiB", ["text", `{"keys":[]}${" ".repeat(256 * 1024)}`], 1],
  ["announces more than it sends", ["wrongLength", 1_000], 1],
  ["announces less than it sends", ["wrongLength", -100], 1],
  ["sends a chunk of no size", ["wrongChunk"], 1],
];

const times = (count, fault) => Array.from({ length: count }, () => fault);

/** So many faults on a cold cache, then keys. */
async function cold(server, auth, fault, count) {
  server.failNext(...times(count, fault));
  const { value, error } = await settled(auth.verifyToken(fresh()));
  await closed(server);
  return {
    outcome: value ? "verified" : shown(error, server),
    connections: server.connections(),
    requests: server.requests.length,
  };
}

/** The end of an outage: as many faults as a fetch has attempts, then a call after the pause that the refusal names. */
async function outage(server, auth, fault) {
  server.failNext(...times(ATTEMPTS, fault));
  const { error } = await settled(auth.verifyToken(fresh()));
  const refused = { first: shown(error, server), connections: server.connections() };
  await pause(error.retryAfter * 1_000 + ROUNDING_MS);
  await auth.verifyToken(fresh());
  return { ...refused, connectionsAfter: server.connections() };
}

/** A fault at the refresh for a new kid. */
async function refresh(server, auth, fault) {
  await auth.verifyToken(fresh());
  server.serve(jwk(pool), jwk(next, { kid: "next" }));
  server.failNext(fault);
  const { value, error } = await settled(auth.verifyToken(ofNext()));
  return {
    outcome: value ? "verified" : shown(error, server),
    connections: server.connections(),
  };
}

/** What comes of `use` over each protocol, at the same time. */
async function onBoth(use) {
  const plays = Object.entries(PROTOCOLS).map(async ([protocol, startServer]) => [
    protocol,
    await onServer(startServer, use),
  ]);
  return Object.fromEntries(await Promise.all(plays));
}

const both = (expected) => ({ http: expected, https: expected });

describe("over http and https, when the server", () => {
  test.each(FAULTS)(
    "%s: verified in the same call after one fault and after two",
    async (_title, fault, reach) => {
      const [one, two] = await Promise.all(
        [1, 2].map((count) => onBoth((server, auth) => cold(server, auth, fault, count))),
      );
      expect(one).toEqual(both({ outcome: "verified", connections: 2, requests: 1 + reach }));
      expect(two).toEqual(both({ outcome: "verified", connections: 3, requests: 1 + 2 * reach }));
    },
  );

  test.each(FAULTS)(
    "%s three times: refused for at most a second, then verified",
    async (_title, fault) => {
      expect(await onBoth((server, auth) => outage(server, auth, fault))).toEqual(
        both({ first: REFUSED, connections: ATTEMPTS, connectionsAfter: ATTEMPTS + 1 }),
      );
    },
  );

  test.each(FAULTS)(
    "%s at the refresh for a new kid: its token is verified",
    async (_title, fault) => {
      expect(await onBoth((server, auth) => refresh(server, auth, fault))).toEqual(
        both({ outcome: "verified", connections: 3 }),
      );
    },
  );
});

describe.each(Object.keys(PROTOCOLS))("over %s, when the server", (protocol) => {
  const on = (use) => onServer(PROTOCOLS[protocol], use);

  test("has three different faults: refused, and none of the attempts is left out", async () => {
    const played = await on(async (server, auth) => {
      server.failNext(["resetFirstBytes"], ["status", 503], ["text", "{}"]);
      return shown(await refusal(auth.verifyToken(fresh())), server);
    });
    expect(played).toEqual(REFUSED);
  });

  test("answers after more than a second: the first attempt counts, and a second one was made", async () => {
    await on(async (server, auth) => {
      server.fail("slow", 1_500);
      await expect(auth.verifyToken(fresh())).resolves.toMatchObject({ aud: CLIENT });
      expect(server.requests).toHaveLength(2);
      await closed(server);
    });
  });

  test("fails once: 200 calls at once share the two requests", async () => {
    await on(async (server, auth) => {
      server.failNext(["status", 500]);
      await Promise.all(Array.from({ length: 200 }, () => auth.verifyToken(fresh())));
      expect(server.requests).toHaveLength(2);
    });
  });

  test("never answers: 200 calls at once share three requests and one failure", async () => {
    await on(async (server, auth) => {
      server.fail("hang");
      const calls = Array.from({ length: 200 }, () => settled(auth.verifyToken(fresh())));
      const errors = (await Promise.all(calls)).map(({ error }) => error);
      for (const error of errors) expect(shown(error, server)).toEqual(REFUSED);
      expect(server.requests).toHaveLength(ATTEMPTS);
    });
  });

  // W4: what a load balancer, a firewall or a NAT does to connections that were idle.
  test.each([
    ["resets connections that are used again", ["reset"]],
    ["closes connections that are used again", ["cut"]],
    ["ignores connections that are used again", ["hang"]],
  ])("%s: the refresh for a new kid has a connection of its own", async (_title, fault) => {
    await on(async (server, auth) => {
      await auth.verifyToken(fresh());
      server.serve(jwk(pool), jwk(next, { kid: "next" }));
      server.fail("onReuse", ...fault);
      const { value, error } = await settled(auth.verifyToken(ofNext()));
      expect(value ? "verified" : error.reason).toBe("verified");
      expect(server.requests).toHaveLength(2);
      expect(server.connections()).toBe(2);
    });
  });

  test("recovers from a long outage: no pause exceeds a second, and a call after it is verified", async () => {
    await on(async (server, auth) => {
      server.fail("status", 503);
      const FETCHES = 7;
      for (let fetches = 1; fetches <= FETCHES; fetches += 1) {
        const error = await refusal(auth.verifyToken(fresh()));
        expect(shown(error, server)).toEqual(REFUSED);
        expect(server.requests).toHaveLength(fetches * ATTEMPTS);
        await pause(error.retryAfter * 1_000 + ROUNDING_MS);
      }
      await refusal(auth.verifyToken(fresh()));
      server.heal();
      await pause(LONGEST_PAUSE * 1_000 + ROUNDING_MS);
      await expect(auth.verifyToken(fresh())).resolves.toMatchObject({ aud: CLIENT });
      expect(server.requests).toHaveLength((FETCHES + 1) * ATTEMPTS + 1);
    });
  }, 30_000);
});

describe("a certificate that is refused", () => {
  test.each([
    ["an unknown authority's", "foreign"],
    ["an expired one", "expired"],
    ["another host's", "elsewhere"],
  ])("%s: one connection, and a hint", async (_title, name) => {
    await onServer(
      () => startSecureJwksServer(certificates[name], jwk(pool)),
      async (server, auth) => {
        const error = await refusal(auth.verifyToken(fresh()));
        expect(error).toBeInstanceOf(AuthError);
        expect(shown(error, server)).toEqual(REFUSED);
        expect(error.message).not.toContain("other.example");
        expect(error.hint).toContain("certificate");
        await closed(server);
        expect(server.connections()).toBe(1);
        expect(server.requests).toHaveLength(0);
      },
    );
  });

  test("after a fault: two connections", async () => {
    await onServer(
      () => startSecureJwksServer(certificates.foreign, jwk(pool)),
      async (server, auth) => {
        server.failNext(["resetFirstBytes"]);
        await refusal(auth.verifyToken(fresh()));
        await closed(server);
        expect(server.connections()).toBe(2);
      },
    );
  });
});
