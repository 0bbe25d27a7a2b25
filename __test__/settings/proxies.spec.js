"use strict";

// Which requests go through a proxy. The addresses are the real ones: a proxy of the tests leads them to a server here.

const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");
const { makeCertificates } = require("../../tools/certificates.js");
const { startConnectProxy } = require("../support/connect-proxy.js");
const { ALL_WELL, FUNCTIONS, play } = require("../support/four-functions.js");
const { startServiceServer } = require("../../tools/testing/service-server.js");
const { POOL, jwk, jwks, rsaPair } = require("../../tools/testing/tokens.js");

const HOST = "cognito-idp.us-east-1.amazonaws.com";

let folder;
let ca;
let certificates;
let service;
let proxy;

beforeAll(async () => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "cognito-auth-native-proxies-"));
  certificates = await makeCertificates({ names: [HOST] });
  ca = path.join(folder, "ca.pem");
  fs.writeFileSync(ca, certificates.ca);
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
const throughProxy = (env = {}) =>
  play({ HTTPS_PROXY: proxy.url, NODE_EXTRA_CA_CERTS: ca, ...env });

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

  test.each([
    ["in lower case", () => ({ https_proxy: proxy.url })],
    [
      "in both, of which the lower case counts, as for curl and Node.js",
      () => ({
        https_proxy: proxy.url,
        HTTPS_PROXY: "http://127.0.0.1:1",
      }),
    ],
    ["for all protocols", () => ({ ALL_PROXY: proxy.url })],
    ["for all protocols in lower case", () => ({ all_proxy: proxy.url })],
    [
      "for https rather than for all protocols",
      () => ({
        HTTPS_PROXY: proxy.url,
        all_proxy: "http://127.0.0.1:1",
      }),
    ],
    ["without its scheme", () => ({ HTTPS_PROXY: proxy.url.replace("http://", "") })],
    ["between blanks, with a line break", () => ({ HTTPS_PROXY: ` ${proxy.url}\n` })],
  ])("may be named %s", async (_title, env) => {
    expect(await throughProxy({ HTTPS_PROXY: "", ...env() })).toEqual(ALL_WELL);
    expect(proxy.tunnels.length).toBeGreaterThan(0);
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

  test.each([
    ["http://", "must be the URL"],
    ["http://jason:S3#CRET@127.0.0.1:3128", "must be the URL"],
    ["http://jason/S3CRET@127.0.0.1:3128", "must be the URL"],
    ["socks5://jason:S3CRET@127.0.0.1:1080", "SOCKS proxies are not supported"],
    ["socks://127.0.0.1:1080", "SOCKS proxies are not supported"],
    ["ftp://jason:S3CRET@127.0.0.1", "scheme is not supported"],
  ])("that cannot be used is a mistake in the configuration: %s", async (url, says) => {
    const outcomes = await throughProxy({ HTTPS_PROXY: "", ALL_PROXY: url });
    for (const name of FUNCTIONS) {
      expect(outcomes[name].reason).toBe("config");
      expect(outcomes[name].message).toContain("HTTPS_PROXY (or ALL_PROXY)");
      expect(outcomes[name].message).toContain(says);
      expect(outcomes[name].hint).toEqual(expect.any(String));
      expect(outcomes[name].all).not.toMatch(/S3#?CRET/);
    }
    expect(service.operations()).toEqual([]);
  });

  test("that expects http:// is named", async () => {
    const outcomes = await throughProxy({ HTTPS_PROXY: proxy.url.replace("http:", "https:") });
    for (const name of FUNCTIONS) expect(outcomes[name].hint).toContain("try http://");
  });

  test("that cannot be reached is named", async () => {
    const gone = await startConnectProxy();
    await gone.stop();
    const outcomes = await throughProxy({ HTTPS_PROXY: gone.url });
    for (const name of FUNCTIONS) {
      expect(outcomes[name].hint).toContain("The proxy cannot be reached");
    }
  });

  test.each([
    ["a good one", () => proxy.url],
    ["one that cannot be used", () => "socks5://127.0.0.1:1080"],
  ])("is not for this machine's own addresses: %s", async (_title, url) => {
    const local = await startServiceServer({ tls: certificates.good });
    local.serveKeys(POOL, jwks(jwk(rsaPair())));
    try {
      const env = { AWS_ENDPOINT_URL: local.endpoint, HTTPS_PROXY: url() };
      expect(await throughProxy(env)).toEqual(ALL_WELL);
      expect(proxy.tunnels).toEqual([]);
    } finally {
      await local.stop();
    }
  });

  test.each([
    ["a host", HOST],
    ["a domain", "amazonaws.com"],
    ["a domain with its dot", ".amazonaws.com"],
    ["a domain with a star", "*.amazonaws.com"],
    ["a domain with the port", "amazonaws.com:443"],
    ["a domain after a blank", "localhost .amazonaws.com"],
    ["a domain in lower case's variable", ".amazonaws.com", "no_proxy"],
    ["all", "*"],
  ])("is left aside for what NO_PROXY names: %s", async (_title, value, name = "NO_PROXY") => {
    // There is no way to that host without the proxy; a reserved name, so that nothing is asked beyond this machine.
    const endpoint = `https://${HOST.replace("amazonaws.com", "amazonaws.com.invalid")}`;
    const excepted = value.replace("amazonaws.com", "amazonaws.com.invalid");
    const { login } = await throughProxy({ AWS_ENDPOINT_URL: endpoint, [name]: excepted });
    expect(login.reason).toBe("network");
    expect(proxy.tunnels).toEqual([]);
    await throughProxy({
      AWS_ENDPOINT_URL: endpoint,
      [name]: "other.invalid, amazonaws.com.invalid:444",
    });
    expect(proxy.tunnels.length).toBeGreaterThan(0);
  });

  test.each([
    ["HTTPS_PROXY", () => proxy.url],
    ["HTTPS_PROXY", () => "socks5://127.0.0.1:1080"],
    ["ALL_PROXY", () => proxy.url],
    ["HTTP_PROXY", () => proxy.url],
    ["http_proxy", () => proxy.url],
  ])("in %s is not for an endpoint in the clear", async (name, url) => {
    const clear = await startServiceServer();
    clear.serveKeys(POOL, jwks(jwk(rsaPair())));
    try {
      const env = { AWS_ENDPOINT_URL: clear.endpoint, HTTPS_PROXY: "", [name]: url() };
      expect(await throughProxy(env)).toEqual(ALL_WELL);
      expect(proxy.tunnels).toEqual([]);
    } finally {
      await clear.stop();
    }
  });
});
