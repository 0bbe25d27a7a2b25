"use strict";

// Whose certificates are trusted, also on a system that has none. Where the addresses are the real ones, a proxy of the tests
// leads them to a server here.

const { spawnSync } = require("node:child_process");
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
    ["without subjectAltName", "nameless", "no subjectAltName"],
    ["of a CA, as openssl req -x509 creates it", "selfSigned", "openssl req -x509"],
  ])("%s: network, with its own hint, and not asked again", async (_title, which, hint) => {
    const server = await startServiceServer({ tls: certificates[which] });
    try {
      const env = { AWS_ENDPOINT_URL: server.endpoint, NODE_EXTRA_CA_CERTS: ca };
      const { verifyToken, ...calls } = await play(env);
      for (const outcome of Object.values(calls)) {
        expect(outcome).toMatchObject({ reason: "network", attempts: 1, retryable: false });
        expect(outcome.hint).toContain(hint);
      }
      expect(verifyToken.reason).toBe("keys-unavailable");
      expect(verifyToken.hint).toContain(hint);
      expect(server.requests).toHaveLength(0);
    } finally {
      await server.stop();
    }
  });
});

describe("NODE_EXTRA_CA_CERTS", () => {
  let secure;
  let clear;
  let file;
  const pipe = path.join(os.tmpdir(), `cognito-auth-native-pipe-${process.pid}`);
  const hasPipes = spawnSync("mkfifo", [pipe]).status === 0;

  beforeAll(async () => {
    file = path.join(folder, "extra.pem");
    secure = await startServiceServer({ tls: certificates.good });
    clear = await startServiceServer();
    for (const server of [secure, clear]) server.serveKeys(POOL, jwks(jwk(rsaPair())));
  });
  afterAll(async () => {
    fs.rmSync(pipe, { force: true });
    await secure.stop();
    await clear.stop();
  });
  beforeEach(() => secure.clear());

  const block = (content, label = "CERTIFICATE") =>
    `-----BEGIN ${label}-----\n${content}\n-----END ${label}-----\n`;
  const relabelled = (label) => certificates.ca.replaceAll("CERTIFICATE", label);
  const der = () => Buffer.from(certificates.ca.split("-----")[2], "base64");

  test.each([
    ["a byte order mark in front", () => `\ufeff${certificates.ca}`],
    ["line ends of Windows", () => `# ours\n${certificates.ca}`.replaceAll("\n", "\r\n")],
    ["the old label", () => relabelled("X509 CERTIFICATE")],
    ["a private key", () => block("AAAA", "PRIVATE KEY") + certificates.ca],
    ["a block that is no certificate before ours", () => block("AAAA") + certificates.ca],
    ["a block that is no certificate after ours", () => `${certificates.ca}\n${block("AAAA")}`],
    ["a block that is not base64", () => `${certificates.ca}\n${block("!!!!")}`],
    ["a block without an end", () => `-----BEGIN CERTIFICATE-----\nAAAA\n${certificates.ca}`],
    [
      "a block of OpenSSL's own format",
      () => block("AAAA", "TRUSTED CERTIFICATE") + certificates.ca,
    ],
  ])("counts where it can be read: %s", async (_title, content) => {
    fs.writeFileSync(file, content());
    const env = { AWS_ENDPOINT_URL: secure.endpoint, NODE_EXTRA_CA_CERTS: file };
    expect(await play(env)).toEqual(ALL_WELL);
  });

  test.each([
    ["no file", () => fs.rmSync(file, { force: true }), /ENOENT|no such file|cannot find/i],
    ["no folder", () => path.join(ca, "ca.pem"), /not a directory|cannot find/i],
    ["a folder", () => folder, /a directory/],
    ["an empty file", () => fs.writeFileSync(file, ""), /no certificate/],
    ["another text", () => fs.writeFileSync(file, "{}"), /no certificate/],
    ["no certificate that can be read", () => fs.writeFileSync(file, block("AAAA")), /none of/],
    ["DER", () => fs.writeFileSync(file, der()), /DER/],
    [
      "OpenSSL's own format",
      () => fs.writeFileSync(file, relabelled("TRUSTED CERTIFICATE")),
      /TRUSTED CERTIFICATE/,
    ],
    ["a huge file", () => fs.closeSync(grow(fs.openSync(file, "w"))), /more than \d+ bytes/],
    [
      hasPipes ? "a pipe" : "(no pipes here)",
      () => (hasPipes ? pipe : folder),
      /a directory|regular/,
    ],
  ])(
    "of %s is a mistake in the configuration, but not for plain http",
    async (_title, make, why) => {
      // Node.js would open a pipe when it starts.
      const later = { NODE_EXTRA_CA_CERTS: make() ?? file };
      const outcomes = await play({ AWS_ENDPOINT_URL: secure.endpoint }, { later });
      for (const name of FUNCTIONS) {
        const { reason, message, cause, hint } = outcomes[name];
        expect(reason).toBe("config");
        expect(message).toContain("NODE_EXTRA_CA_CERTS");
        expect(message).toMatch(why);
        expect(cause).toContain(later.NODE_EXTRA_CA_CERTS);
        expect(hint).toMatch(/NODE_EXTRA_CA_CERTS|openssl x509/);
      }
      expect(secure.operations()).toEqual([]);
      expect(await play({ AWS_ENDPOINT_URL: clear.endpoint }, { later })).toEqual(ALL_WELL);
    },
  );

  test("that is no path is not shown, and does not concern plain http", async () => {
    const later = { NODE_EXTRA_CA_CERTS: "-----BEGIN PRIVATE KEY-----\nS3CRET" };
    const outcomes = await play({ AWS_ENDPOINT_URL: secure.endpoint }, { later });
    for (const name of FUNCTIONS) {
      expect(outcomes[name].reason).toBe("config");
      expect(outcomes[name].message).toContain("NODE_EXTRA_CA_CERTS is no path");
      expect(outcomes[name].all).not.toContain("S3CRET");
    }
    expect(await play({ AWS_ENDPOINT_URL: clear.endpoint }, { later })).toEqual(ALL_WELL);
  });

  function grow(descriptor) {
    fs.ftruncateSync(descriptor, 64 * 1024 * 1024);
    return descriptor;
  }

  test.each([
    ["SSL_CERT_FILE", () => (hasPipes ? pipe : folder)],
    ["SSL_CERT_FILE", () => folder],
    ["SSL_CERT_DIR", () => (hasPipes ? pipe : ca)],
  ])("counts beside a useless %s", async (name, value) => {
    const env = { AWS_ENDPOINT_URL: secure.endpoint, NODE_EXTRA_CA_CERTS: ca };
    expect(await play(env, { later: { [name]: value() } })).toEqual(ALL_WELL);
  });
});

describe("a server that speaks TLS otherwise", () => {
  test.each([
    ["not at all", undefined, "does not speak TLS on this port"],
    [
      "in an old version",
      { minVersion: "TLSv1", maxVersion: "TLSv1.1", ciphers: "DEFAULT@SECLEVEL=0" },
      "neither TLS 1.2 nor TLS 1.3",
    ],
  ])("%s: network, with a hint of its own", async (_title, versions, hint) => {
    const tls = versions && { ...certificates.good, ...versions };
    const server = await startServiceServer({ tls });
    try {
      const endpoint = server.endpoint.replace("http:", "https:");
      const env = { AWS_ENDPOINT_URL: endpoint, NODE_EXTRA_CA_CERTS: ca };
      const { verifyToken, ...calls } = await play(env);
      expect(verifyToken.reason).toBe("keys-unavailable");
      expect(verifyToken.hint).toContain(hint);
      for (const outcome of Object.values(calls)) {
        expect(outcome.reason).toBe("network");
        expect(outcome.hint).toContain(hint);
      }
    } finally {
      await server.stop();
    }
  });
});
