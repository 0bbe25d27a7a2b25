"use strict";

// The test pool's passkeys with those of a real browser: Chromium's virtual authenticator, on a page on localhost.
// Run by `npm run test:browser`, with Node's own test runner: Jest knows nothing of it.

const assert = require("node:assert/strict");
const http = require("node:http");
const { after, before, describe, test } = require("node:test");
const { startBrowser } = require("../../tools/browser");
const { begin, outcome, play, respond, startPool } = require("../support/test-pool");

const ES256 = -7;
const RS256 = -257;

const cleanups = [];
let pool;
let browser;
let site;

before(async () => {
  pool = await startPool({
    users: [{ username: "theseus", password: "Labyrinth1" }],
    passkeys: { relyingPartyId: "localhost", userVerification: "required" },
  });
  cleanups.push(() => pool.stop());
  const server = http.createServer((_request, response) => {
    response.setHeader("content-type", "text/html").end("<title>passkeys</title>");
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  cleanups.push(() => {
    server.close();
    server.closeAllConnections();
  });
  site = `http://localhost:${server.address().port}/`;
  browser = await startBrowser();
  cleanups.push(() => browser.close());
});

after(async () => {
  for (const clean of cleanups.splice(0).reverse()) await clean();
});

/** A page on the site, whose browser has an authenticator. */
async function openPage({ transport = "internal", protocol = "ctap2" } = {}) {
  const page = await (await browser.context()).page();
  await page.send("WebAuthn.enable");
  await page.send("WebAuthn.addVirtualAuthenticator", {
    options: {
      protocol,
      transport,
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  await page.goto(site);
  return page;
}

/** What the page's own script does with the options, as JSON. */
const inBrowser = (page, name, parse, options) =>
  page.evaluate(
    `navigator.credentials.${name}({ publicKey: PublicKeyCredential.${parse}(${JSON.stringify(options)}) })
      .then((credential) => credential.toJSON())`,
  );
const create = (page, options) =>
  inBrowser(page, "create", "parseCreationOptionsFromJSON", options);
const get = (page, options) => inBrowser(page, "get", "parseRequestOptionsFromJSON", options);

const asTheseus = async (operation, members) =>
  (await play(pool, operation, { AccessToken: pool.accessToken("theseus"), ...members })).body;
const startRegistration = async () =>
  (await asTheseus("StartWebAuthnRegistration")).CredentialCreationOptions;
const startSignIn = async () => {
  const challenge = await begin(pool, "USER_AUTH", {
    USERNAME: "theseus",
    PREFERRED_CHALLENGE: "WEB_AUTHN",
  });
  return {
    challenge,
    options: JSON.parse(challenge.ChallengeParameters.CREDENTIAL_REQUEST_OPTIONS),
  };
};

describe("a passkey is registered, and signs its user in", () => {
  for (const [name, algorithm, device] of [
    ["of this device, ES256", ES256, { transport: "internal" }],
    ["of a security key, ES256", ES256, { transport: "usb" }],
    ["of this device, RS256", RS256, { transport: "internal" }],
  ]) {
    test(name, async () => {
      pool.users.get("theseus").passkeys = [];
      const page = await openPage(device);
      const options = await startRegistration();
      options.pubKeyCredParams = options.pubKeyCredParams.filter(({ alg }) => alg === algorithm);
      const credential = await create(page, options);
      assert.equal(credential.response.publicKeyAlgorithm, algorithm);
      assert.deepEqual(
        await asTheseus("CompleteWebAuthnRegistration", { Credential: credential }),
        {},
      );
      const { Credentials } = await asTheseus("ListWebAuthnCredentials");
      assert.deepEqual(
        Credentials.map(({ CredentialId, AuthenticatorTransports }) => [
          CredentialId,
          AuthenticatorTransports,
        ]),
        [[credential.id, [device.transport]]],
      );
      for (let count = 0; count < 2; count++) {
        const { challenge, options: request } = await startSignIn();
        const CREDENTIAL = JSON.stringify(await get(page, request));
        assert.equal(outcome(await respond(pool, challenge, { CREDENTIAL })), "tokens");
      }
    });
  }
});

test("the browser refuses a second passkey of the same authenticator: it is on the list of those to exclude", async () => {
  pool.users.get("theseus").passkeys = [];
  const page = await openPage();
  const Credential = await create(page, await startRegistration());
  await asTheseus("CompleteWebAuthnRegistration", { Credential });
  const again = await startRegistration();
  await assert.rejects(create(page, again), /InvalidStateError/);
});

test("a credential for another sign-in's challenge is refused", async () => {
  pool.users.get("theseus").passkeys = [];
  const page = await openPage();
  const Credential = await create(page, await startRegistration());
  await asTheseus("CompleteWebAuthnRegistration", { Credential });
  const [one, other] = [await startSignIn(), await startSignIn()];
  const CREDENTIAL = JSON.stringify(await get(page, other.options));
  assert.deepEqual(outcome(await respond(pool, one.challenge, { CREDENTIAL })), [
    "NotAuthorizedException",
    "Incorrect username or password.",
  ]);
});
