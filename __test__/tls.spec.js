"use strict";

// The way out: whose certificates are trusted, also on a system that has none, and through which proxy. The addresses are
// the real ones: a proxy of the tests leads them to a server here. In processes of their own: what a process trusts is
// settled once.

const { spawnSync } = require("node:child_process");
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");
const { makeCertificates } = require("./support/certificates.js");
const { evaluate } = require("./support/child.js");
const { startConnectProxy } = require("./support/connect-proxy.js");
const { startServiceServer } = require("./support/service-server.js");
const { CLIENT, POOL, idClaims, jwk, jwks, rsaPair, sign } = require("./support/tokens.js");

const HOST = "cognito-idp.us-east-1.amazonaws.com";
const FUNCTIONS = ["createCognitoUser", "login", "fetchUserByUsername", "verifyToken"];

let folder;
let ca;
let certificates;
let service;
let proxy;

beforeAll(async () => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "cognito-auth-native-tls-"));
  certificates = await makeCertificates({ names: [HOST] });
  ca = path.join(folder, "ca.pem");
  fs.writeFileSync(ca, certificates.ca);
  fs.writeFileSync(path.join(folder, "empty.pem"), "");
  fs.mkdirSync(path.join(folder, "empty"));
  service = await startServiceServer({ tls: certificates.named });
  service.serveKeys(POOL, jwks(jwk(rsaPair())));
  proxy = await startConnectProxy({ lead: { [HOST]: portOf(service) } });
});
afterAll(async () => {
  await proxy.stop();
  await service.stop();
  fs.rmSync(folder, { recursive: true, force: true });
});
beforeEach(() => {
  service.clear();
  proxy.tunnels.length = 0;
});

const portOf = ({ endpoint }) => Number(new URL(endpoint).port);

const SOURCE = `
  const auth = require("./index.js");
  const calls = {
    createCognitoUser: () => auth.createCognitoUser("theseus", "Labyrinth1"),
    login: () => auth.login("theseus", "Labyrinth1"),
    fetchUserByUsername: () => auth.fetchUserByUsername("theseus"),
    verifyToken: () => auth.verifyToken(process.env.TOKEN),
  };
  (async () => {
    const play = async ([name, call]) => [
      name,
      await call().then(
        () => "resolved",
        (error) => ({
          reason: error.reason, hint: error.hint, attempts: error.attempts, retryable: error.retryable,
          all: error.message + error.cause?.message + error.stack + JSON.stringify(error),
        }),
      ),
    ];
    const outcomes = await Promise.all(Object.entries(calls).map(play));
    console.log(JSON.stringify(Object.fromEntries(outcomes)));
  })();
`;

/** What becomes of the four functions, in a process with this environment. */
function play(env, options) {
  const all = {
    AWS_REGION: "us-east-1",
    USER_POOL_ID: POOL,
    COGNITO_CLIENT_ID: CLIENT,
    AWS_ACCESS_KEY_ID: "AKIDEXAMPLE",
    AWS_SECRET_ACCESS_KEY: "secret",
    TOKEN: sign({ payload: idClaims() }),
    ...env,
  };
  return evaluate(SOURCE, { env: all, ...options });
}

const ALL_WELL = Object.fromEntries(FUNCTIONS.map((name) => [name, "resolved"]));
const throughProxy = (env = {}) =>
  play({ HTTPS_PROXY: proxy.url, NODE_EXTRA_CA_CERTS: ca, ...env });

describe("where there are no certificates", () => {
  const noCertificates = () => ({
    SSL_CERT_FILE: path.join(folder, "empty.pem"),
    SSL_CERT_DIR: path.join(folder, "empty"),
  });

  test("NODE_EXTRA_CA_CERTS is enough", async () => {
    expect(await throughProxy(noCertificates())).toEqual(ALL_WELL);
  });

  test("an unknown authority is refused for what it is: there are roots, Mozilla's", async () => {
    const outcomes = await throughProxy({ ...noCertificates(), NODE_EXTRA_CA_CERTS: "" });
    for (const name of FUNCTIONS) {
      expect(outcomes[name].all).toContain("UnknownIssuer");
    }
  });

  test("variables that name what is not there do no harm", async () => {
    const nowhere = path.join(folder, "nowhere");
    const env = { SSL_CERT_FILE: nowhere, SSL_CERT_DIR: nowhere };
    expect(await throughProxy(env)).toEqual(ALL_WELL);
  });

  // An image such as node:slim, made of this file system: what holds certificates is empty there.
  const PLACES = ["/etc/ssl", "/etc/pki", "/usr/share/ca-certificates", "/usr/local/share"];
  const hide = PLACES.filter((place) => fs.existsSync(place))
    .map((place) => `mount -t tmpfs none ${place}`)
    .join(" && ");
  const canHide = hide !== "" && spawnSync("unshare", ["-rm", "sh", "-c", hide]).status === 0;
  const namespace = canHide
    ? "in a mount namespace without them, the same"
    : "(no mount namespaces are allowed here: the variables alone were tried)";

  test(namespace, async () => {
    const command = canHide ? ["unshare", "-rm", "sh", "-c", `${hide} && exec "$@"`, "sh"] : [];
    const env = { HTTPS_PROXY: proxy.url, NODE_EXTRA_CA_CERTS: ca };
    expect(await play(env, { command })).toEqual(ALL_WELL);
    const refused = await play({ ...env, NODE_EXTRA_CA_CERTS: "" }, { command });
    expect(refused.login.all).toContain("UnknownIssuer");
  });
});

describe("a certificate that is refused", () => {
  test.each([
    ["of an unknown authority", "foreign", "NODE_EXTRA_CA_CERTS"],
    ["that has expired", "expired", "clock"],
    ["of another host", "elsewhere", "another host"],
  ])("%s: network, with its own cure, and not asked again", async (_title, which, cure) => {
    const server = await startServiceServer({ tls: certificates[which] });
    try {
      const env = { AWS_ENDPOINT_URL: server.endpoint, NODE_EXTRA_CA_CERTS: ca };
      const { verifyToken, ...calls } = await play(env);
      for (const outcome of Object.values(calls)) {
        expect(outcome).toMatchObject({ reason: "network", attempts: 1, retryable: false });
        expect(outcome.hint).toContain(cure);
      }
      expect(verifyToken.reason).toBe("keys-unavailable");
      expect(verifyToken.hint).toContain(cure);
      expect(server.requests).toHaveLength(0);
    } finally {
      await server.stop();
    }
  });

  test("a file of certificates that cannot be read is named", async () => {
    const outcomes = await throughProxy({ NODE_EXTRA_CA_CERTS: path.join(folder, "nowhere") });
    for (const name of FUNCTIONS) {
      expect(outcomes[name].reason).toBe("config");
      expect(outcomes[name].all).toContain("NODE_EXTRA_CA_CERTS");
    }
  });
});

describe("a proxy", () => {
  test("carries all four functions to the real addresses", async () => {
    expect(await throughProxy()).toEqual(ALL_WELL);
    expect(new Set(proxy.tunnels)).toEqual(new Set([`${HOST}:443`]));
    expect(service.operations().sort()).toEqual([
      "AdminConfirmSignUp",
      "AdminGetUser",
      "AdminInitiateAuth",
      "GET",
      "SignUp",
    ]);
  });

  test("may be named in lower case", async () => {
    expect(await throughProxy({ HTTPS_PROXY: "", https_proxy: proxy.url })).toEqual(ALL_WELL);
  });

  test("that wants a user and a password gets them", async () => {
    const strict = await startConnectProxy({
      lead: { [HOST]: portOf(service) },
      user: "jason:S3CRET",
    });
    try {
      expect(await throughProxy({ HTTPS_PROXY: strict.urlFor("jason:S3CRET") })).toEqual(ALL_WELL);
      for (const login of ["jason:S3CRETS", ""]) {
        const HTTPS_PROXY = login ? strict.urlFor(login) : strict.url;
        const { verifyToken, ...calls } = await throughProxy({ HTTPS_PROXY });
        for (const outcome of Object.values(calls)) expect(outcome.reason).toBe("network");
        for (const outcome of [verifyToken, ...Object.values(calls)]) {
          expect(outcome.hint).toContain("HTTPS_PROXY");
          expect(outcome.all).not.toContain("S3CRET");
        }
      }
    } finally {
      await strict.stop();
    }
  });

  test("that never answers: every call ends in time", async () => {
    const silent = await startConnectProxy({ silent: true });
    try {
      const start = Date.now();
      const { verifyToken, ...calls } = await throughProxy({ HTTPS_PROXY: silent.url });
      for (const outcome of Object.values(calls)) {
        expect(["timeout", "network"]).toContain(outcome.reason);
      }
      expect(verifyToken.reason).toBe("keys-unavailable");
      expect(Date.now() - start).toBeLessThan(10_500 + 2_000);
    } finally {
      await silent.stop();
    }
  });

  test("that is none is named", async () => {
    const outcomes = await throughProxy({ HTTPS_PROXY: "http://" });
    for (const name of FUNCTIONS) {
      expect(outcomes[name].reason).toBe("config");
      expect(outcomes[name].all).toContain("HTTPS_PROXY");
    }
  });

  test.each([
    ["an address", "127.0.0.1"],
    ["one of several", "example.com, 127.0.0.1"],
    ["a network", "127.0.0.0/8"],
    ["all", "*"],
  ])("is left aside for what NO_PROXY names: %s", async (_title, NO_PROXY) => {
    const local = await startServiceServer({ tls: certificates.good });
    local.serveKeys(POOL, jwks(jwk(rsaPair())));
    try {
      const env = { AWS_ENDPOINT_URL: local.endpoint };
      expect(await throughProxy({ ...env, NO_PROXY })).toEqual(ALL_WELL);
      expect(proxy.tunnels).toEqual([]);
      expect(await throughProxy({ ...env, NO_PROXY: "example.com" })).toEqual(ALL_WELL);
      expect(proxy.tunnels.length).toBeGreaterThan(0);
    } finally {
      await local.stop();
    }
  });

  test.each([
    ["a host", HOST],
    ["a domain", "amazonaws.com"],
    ["a domain with its dot", ".amazonaws.com"],
  ])("is left aside for what NO_PROXY names: %s", async (_title, NO_PROXY) => {
    // There is no way to that host without the proxy; a reserved name, so that nothing is asked beyond this machine.
    const endpoint = `https://${HOST.replace("amazonaws.com", "amazonaws.com.invalid")}`;
    const excepted = NO_PROXY.replace("amazonaws.com", "amazonaws.com.invalid");
    const { login } = await throughProxy({ AWS_ENDPOINT_URL: endpoint, NO_PROXY: excepted });
    expect(login.reason).toBe("network");
    expect(proxy.tunnels).toEqual([]);
    await throughProxy({ AWS_ENDPOINT_URL: endpoint, NO_PROXY: "other.invalid" });
    expect(proxy.tunnels.length).toBeGreaterThan(0);
  });

  test("of another kind than HTTPS's is not for us: the endpoint in the clear is asked directly", async () => {
    const clear = await startServiceServer();
    clear.serveKeys(POOL, jwks(jwk(rsaPair())));
    try {
      expect(await throughProxy({ AWS_ENDPOINT_URL: clear.endpoint })).toEqual(ALL_WELL);
      expect(proxy.tunnels).toEqual([]);
    } finally {
      await clear.stop();
    }
  });
});
