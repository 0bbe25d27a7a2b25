"use strict";

// account(…).startPasskey, finishPasskey, passkeys and deletePasskey, on a test pool with a virtual authenticator, and on a server whose
// answers the test writes.

const { format } = require("node:util");
const { createAuth } = require("../..");
const { createAuthenticator } = require("../../tools/testing/authenticator.js");
const { failure, startServiceServer } = require("../../tools/testing/service-server.js");
const { NAME, PASSWORD, operations, refused, usePools } = require("../sign-in/support.js");

const openPool = usePools();
const ORIGIN = "https://www.example.com";

async function open(user = {}) {
  const { pool, auth } = await openPool({
    user,
    passkeys: { relyingPartyId: "example.com" },
    settings: { authFlow: "USER_PASSWORD_AUTH", credentials: undefined },
  });
  const { accessToken } = await auth.signIn(NAME, PASSWORD);
  pool.requests.splice(0);
  return { pool, auth, account: auth.account(accessToken) };
}

describe("on a pool", () => {
  test.each([
    ["as an object", (credential) => credential],
    ["as its text", (credential) => JSON.stringify(credential)],
  ])("a passkey is made, given %s, listed, and deleted", async (_how, given) => {
    const { pool, account } = await open();
    const options = await account.startPasskey();
    expect(options.rp.id).toBe("example.com");
    const credential = createAuthenticator({ origin: ORIGIN }).create(options);
    expect(await account.finishPasskey(given(credential))).toBeUndefined();
    const [passkey] = await account.passkeys();
    expect(passkey).toEqual({
      id: credential.id,
      name: expect.any(String),
      relyingPartyId: "example.com",
      createdAt: expect.any(Date),
    });
    expect(Math.abs(Date.now() - passkey.createdAt)).toBeLessThan(60_000);
    await account.deletePasskey(passkey.id);
    expect(await account.passkeys()).toEqual([]);
    expect(await refused(account.deletePasskey(passkey.id))).toMatchObject({
      reason: "passkey-missing",
      status: 404,
    });
    expect(operations(pool)).toEqual([
      "StartWebAuthnRegistration",
      "CompleteWebAuthnRegistration",
      "ListWebAuthnCredentials",
      "DeleteWebAuthnCredential",
      "ListWebAuthnCredentials",
      "DeleteWebAuthnCredential",
    ]);
  });

  test("one of another origin is refused", async () => {
    const { account } = await open();
    const authenticator = createAuthenticator({ origin: "https://www.example.org" });
    const credential = authenticator.create(await account.startPasskey());
    expect(await refused(account.finishPasskey(credential))).toMatchObject({
      reason: "passkey-refused",
      status: 400,
    });
  });

  const LONG = { id: "x".repeat(65_536) };
  test.each(
    [
      undefined,
      null,
      5,
      "",
      "no JSON",
      "5",
      "[]",
      [],
      () => {},
      new Map(),
      LONG,
      JSON.stringify(LONG),
    ].map((credential) => [format("%j", credential).slice(0, 20), credential]),
  )("finishPasskey(%s) is reported, and nothing is sent", async (_shown, credential) => {
    const { pool, account } = await open();
    expect(await refused(account.finishPasskey(credential))).toMatchObject({
      reason: "invalid-argument",
    });
    expect(pool.requests).toEqual([]);
  });

  test("finishPasskey of a Proxy that was revoked is reported, and nothing is sent", async () => {
    const { pool, account } = await open();
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    for (const credential of [proxy, { id: proxy }]) {
      expect(await refused(account.finishPasskey(credential))).toMatchObject({
        reason: "invalid-argument",
      });
    }
    expect(pool.requests).toEqual([]);
  });
});

describe("on a server", () => {
  let service;
  let account;
  beforeAll(async () => {
    service = await startServiceServer();
    account = createAuth({ ...service.options, maxAttempts: 1 }).account("an.access.token");
  });
  afterAll(() => service.stop());
  beforeEach(() => service.clear());

  const one = (id) => ({
    CredentialId: id,
    RelyingPartyId: "example.com",
    CreatedAt: 1_700_000_000,
  });

  test("all pages are read, and a name may be missing", async () => {
    service.next(
      "ListWebAuthnCredentials",
      { body: { Credentials: [one("a")], NextToken: "2" } },
      { body: { Credentials: [one("b")] } },
    );
    const passkeys = await account.passkeys();
    expect(passkeys.map(({ id }) => id)).toEqual(["a", "b"]);
    expect(passkeys[0]).toEqual({
      id: "a",
      relyingPartyId: "example.com",
      createdAt: new Date(1_700_000_000_000),
    });
    expect(service.requests[1].body.NextToken).toBe("2");
  });

  test.each([
    ["ListWebAuthnCredentials", "passkeys", { Credentials: [{ CredentialId: "a" }] }],
    ["ListWebAuthnCredentials", "passkeys", { Credentials: [{ ...one("a"), CreatedAt: "today" }] }],
    ["ListWebAuthnCredentials", "passkeys", {}],
    ["StartWebAuthnRegistration", "startPasskey", {}],
    ["StartWebAuthnRegistration", "startPasskey", { CredentialCreationOptions: "{}" }],
  ])("%s with an answer that cannot be read", async (operation, name, body) => {
    service.next(operation, { body });
    expect(await refused(account[name]())).toMatchObject({ reason: "service" });
  });

  test("a pool without passkeys", async () => {
    service.next(
      "StartWebAuthnRegistration",
      failure("WebAuthnNotEnabledException", "Not enabled"),
    );
    expect(await refused(account.startPasskey())).toMatchObject({ reason: "config" });
  });
});
