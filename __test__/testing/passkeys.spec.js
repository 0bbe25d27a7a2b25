"use strict";

// Passkeys by raw requests, with a virtual authenticator: registration, list, deletion, and sign-in by WEB_AUTHN.

const { FLAGS, RS256, createAuthenticator } = require("../../tools/testing/authenticator.js");
const { begin, outcome, play, respond, startPool } = require("../support/test-pool.js");

const SITE = "example.com";
const ORIGIN = "https://www.example.com";
const PASSWORD = "Labyrinth1";
const BAD = ["NotAuthorizedException", "Incorrect username or password."];
const INVALID = ["InvalidParameterException", "Credential data is not valid"];
const EXPIRED = [
  "WebAuthnChallengeNotFoundException",
  "The challenge of the registration has expired.",
];
const FOREIGN = [
  "WebAuthnOriginNotAllowedException",
  "The origin does not align with the relying party ID of the user pool.",
];
const MISMATCH = [
  "WebAuthnRelyingPartyMismatchException",
  "The credential is for another relying party ID than the user pool's.",
];
const UNSUPPORTED = [
  "WebAuthnCredentialNotSupportedException",
  "The credential is of an unsupported device or provider.",
];

const pools = new Map();
let pool;
let authenticator;
/** A pool for each set of options, with theseus as `user` says, and an authenticator. */
async function usePool(options = {}, user = {}, device = {}) {
  const key = JSON.stringify(Object.entries(options));
  const passkeys = { relyingPartyId: SITE };
  if (!pools.has(key)) pools.set(key, await startPool({ passkeys, ...options }));
  pool = pools.get(key);
  const attributes = { email: "theseus@example.com" };
  pool.users.set("theseus", { username: "theseus", password: PASSWORD, attributes, ...user });
  authenticator = createAuthenticator({ origin: ORIGIN, ...device });
}
afterAll(() => Promise.all([...pools.values()].map((one) => one.stop())));

const asTheseus = async (operation, members) =>
  (await play(pool, operation, { AccessToken: pool.accessToken("theseus"), ...members })).body;
const startRegistration = async () =>
  (await asTheseus("StartWebAuthnRegistration")).CredentialCreationOptions;
const complete = (Credential, more) =>
  asTheseus("CompleteWebAuthnRegistration", { Credential, ...more });
const register = async (change) =>
  complete(authenticator.create(await startRegistration(), change));
const list = (members) => asTheseus("ListWebAuthnCredentials", members);

const start = (more) => begin(pool, "USER_AUTH", { USERNAME: "theseus", ...more });
const startPasskey = () => start({ PREFERRED_CHALLENGE: "WEB_AUTHN" });
const optionsOf = ({ ChallengeParameters }) =>
  JSON.parse(ChallengeParameters.CREDENTIAL_REQUEST_OPTIONS);
const credentialFor = (challenge, change) =>
  JSON.stringify(authenticator.get(optionsOf(challenge), change));
async function signIn(change, asked) {
  const challenge = asked ?? (await startPasskey());
  return respond(pool, challenge, { CREDENTIAL: credentialFor(challenge, change) });
}

describe("registration", () => {
  test("the options, the passkey in the list, and its deletion", async () => {
    await usePool();
    const options = await startRegistration();
    const { sub } = pool.users.get("theseus").attributes;
    expect(options).toEqual({
      authenticatorSelection: {
        requireResidentKey: true,
        residentKey: "required",
        userVerification: "preferred",
      },
      challenge: expect.stringMatching(/^[\w-]{22}$/),
      excludeCredentials: [],
      pubKeyCredParams: [
        { type: "public-key", alg: -7 },
        { type: "public-key", alg: -257 },
      ],
      rp: { id: SITE, name: SITE },
      timeout: 180_000,
      user: {
        displayName: "theseus",
        id: Buffer.from(sub).toString("base64url"),
        name: "theseus",
      },
    });
    const credential = authenticator.create(options);
    expect(await complete(credential)).toEqual({});
    const passkey = {
      CredentialId: credential.id,
      FriendlyCredentialName: "Passkey 1",
      RelyingPartyId: SITE,
      AuthenticatorAttachment: "platform",
      AuthenticatorTransports: ["internal", "hybrid"],
      CreatedAt: expect.any(Number),
    };
    expect(await list()).toEqual({ Credentials: [passkey] });
    expect((await startRegistration()).excludeCredentials).toEqual([
      { type: "public-key", id: credential.id, transports: ["internal", "hybrid"] },
    ]);
    const remove = { CredentialId: credential.id };
    expect(await asTheseus("DeleteWebAuthnCredential", remove)).toEqual({});
    expect(await list()).toEqual({ Credentials: [] });
    expect(outcome(await asTheseus("DeleteWebAuthnCredential", remove))).toEqual([
      "ResourceNotFoundException",
      "Credential not found.",
    ]);
  });

  test.each([
    ["the passkey's own attestation", { attestation: "packed" }],
    ["a page of the domain itself", { origin: "https://example.com" }],
    ["another port", { origin: "https://example.com:8443" }],
    ["the user present alone", { flags: FLAGS.userPresent | FLAGS.hasCredential }],
  ])("accepted: %s", async (_name, change) => {
    await usePool();
    expect(await register(change)).toEqual({});
  });

  test("accepted: a key for RS256", async () => {
    await usePool({}, {}, { algorithm: RS256 });
    expect(await register()).toEqual({});
    expect(await register({ attestation: "packed" })).toEqual({});
    expect(outcome(await signIn())).toBe("tokens");
  });

  const { userPresent, hasCredential } = FLAGS;
  test.each([
    ["another site", { origin: "https://example.org" }, FOREIGN],
    ["a site whose name ends likewise", { origin: "https://badexample.com" }, FOREIGN],
    ["a page without TLS", { origin: "http://www.example.com" }, FOREIGN],
    ["an origin with a path", { origin: "https://www.example.com/" }, FOREIGN],
    ["no origin at all", { origin: "example.com" }, FOREIGN],
    ["an origin that is no text", { origin: 5 }, INVALID],
    ["another relying party", { relyingPartyId: "example.org" }, MISMATCH],
    ["another challenge", { challenge: "AAAAAAAAAAAAAAAAAAAAAA" }, EXPIRED],
    ["a sign-in's type", { type: "webauthn.get" }, INVALID],
    ["an absent user", { flags: hasCredential }, INVALID],
    ["backed up, and not able to be", { flags: userPresent | hasCredential | 0x10 }, INVALID],
    [
      "no credential in the data",
      { flags: userPresent, authenticatorData: (b) => b.subarray(0, 37) },
      INVALID,
    ],
    ["another id", { rawId: "AAAA" }, INVALID],
    ["bytes left over", { authenticatorData: (b) => Buffer.concat([b, Buffer.of(0)]) }, INVALID],
    ["bytes cut off", { authenticatorData: (b) => b.subarray(0, -1) }, INVALID],
    ["another signature", { attestation: "packed", signature: Buffer.from("no") }, INVALID],
    ["a maker's certificate", { attestation: "packed, with a certificate" }, UNSUPPORTED],
    ["another attestation", { attestation: "fido-u2f" }, UNSUPPORTED],
    [
      "a key for EdDSA",
      {
        coseKey: () => [
          [1, 1],
          [3, -8],
          [-1, 6],
          [-2, Buffer.alloc(32)],
        ],
      },
      UNSUPPORTED,
    ],
    [
      "another curve",
      { coseKey: (key) => [...key.slice(0, 2), [-1, 2], ...key.slice(3)] },
      INVALID,
    ],
    [
      "a point beside the curve",
      { coseKey: (key) => [...key.slice(0, 4), [-3, Buffer.alloc(32, 1)]] },
      INVALID,
    ],
    ["a key of another kind", { coseKey: (key) => [[1, 3], ...key.slice(1)] }, INVALID],
    ["half a key", { coseKey: (key) => key.slice(0, 4) }, INVALID],
  ])("refused: %s", async (_name, change, expected) => {
    await usePool();
    expect(outcome(await register(change))).toEqual(expected);
    expect(await list()).toEqual({ Credentials: [] });
  });

  test.each([
    ["a text", "credential"],
    ["a list", []],
    ["nothing in it", {}],
    ["no response", { id: "AAAA", rawId: "AAAA", type: "public-key" }],
    [
      "bytes that are none",
      { id: "AAAA", rawId: "AAAA", type: "public-key", response: { clientDataJSON: "?" } },
    ],
  ])("refused: %s", async (_name, credential) => {
    await usePool();
    expect(outcome(await complete(credential))).toEqual(INVALID);
  });

  test("refused: attestations that are no CBOR of an authenticator's", async () => {
    await usePool();
    for (const hex of [
      "",
      "00",
      "a1",
      "9fff",
      "bfff",
      "5b00000000000000ff",
      "81".repeat(40),
      "f97e00",
      "7bffffffffffffffff",
    ]) {
      const credential = authenticator.create(await startRegistration());
      credential.response.attestationObject = Buffer.from(hex, "hex").toString("base64url");
      expect(outcome(await complete(credential))).toEqual(INVALID);
    }
  });

  test("a credential that the authenticator cannot find by itself", async () => {
    await usePool();
    const credential = authenticator.create(await startRegistration());
    credential.clientExtensionResults = { credProps: { rk: false } };
    expect(outcome(await complete(credential))).toEqual(INVALID);
  });

  test("a challenge is good once, whatever comes of it, and for its time", async () => {
    await usePool();
    const options = await startRegistration();
    expect(
      outcome(await complete(authenticator.create(options, { origin: "https://a.b" }))),
    ).toEqual(FOREIGN);
    expect(outcome(await complete(authenticator.create(options)))).toEqual(EXPIRED);
    const late = await startRegistration();
    pool.advance(180);
    expect(outcome(await complete(authenticator.create(late)))).toEqual(EXPIRED);
  });

  test("a challenge of another user, and of a sign-in", async () => {
    await usePool();
    pool.users.set("ariadne", { username: "ariadne", password: PASSWORD });
    const AccessToken = pool.accessToken("ariadne");
    const credential = authenticator.create(await startRegistration());
    expect(outcome(await complete(credential, { AccessToken }))).toEqual(EXPIRED);
    await register();
    const { challenge } = optionsOf(await startPasskey());
    expect(outcome(await register({ challenge }))).toEqual(EXPIRED);
  });

  test("several challenges are open at once: an answer may be lost", async () => {
    await usePool();
    const options = [await startRegistration(), await startRegistration()];
    for (const one of options) expect(await complete(authenticator.create(one))).toEqual({});
  });

  test("a token of another app client", async () => {
    await usePool();
    const credential = authenticator.create(await startRegistration());
    const AccessToken = pool.accessToken("theseus", { client_id: "another" });
    expect(outcome(await complete(credential, { AccessToken }))).toEqual([
      "WebAuthnClientMismatchException",
      "The access token is for another client than the one that started the registration.",
    ]);
  });

  test("a credential that somebody has already", async () => {
    await usePool();
    const id = Buffer.from("the same for both of them");
    expect(await register({ id })).toEqual({});
    expect(outcome(await register({ id }))).toEqual(INVALID);
  });

  test("twenty passkeys are the most", async () => {
    await usePool();
    const one = async () => authenticator.create(await startRegistration());
    const last = await one();
    for (let count = 0; count < 20; count++) expect(await complete(await one())).toEqual({});
    const TOO_MANY = ["LimitExceededException", "The user has the maximum number of passkeys."];
    expect(outcome(await asTheseus("StartWebAuthnRegistration"))).toEqual(TOO_MANY);
    expect(outcome(await complete(last))).toEqual(TOO_MANY);
  });

  test("pages: of twenty, or fewer", async () => {
    const publicKey = { kty: "EC", crv: "P-256", x: "x", y: "y" };
    const passkeys = Array.from({ length: 45 }, (_, index) => ({ id: `id${index}`, publicKey }));
    await usePool({}, { passkeys });
    const pages = [];
    let NextToken;
    do {
      const { Credentials, ...next } = await list({ NextToken });
      pages.push(Credentials.map(({ CredentialId }) => CredentialId));
      NextToken = next.NextToken;
    } while (NextToken !== undefined);
    expect(pages.map(({ length }) => length)).toEqual([20, 20, 5]);
    expect(pages.flat()).toEqual(passkeys.map(({ id }) => id));
    expect((await list({ MaxResults: 7 })).Credentials).toHaveLength(7);
    expect(outcome(await list({ MaxResults: 21 }))[1]).toContain("less than or equal to 20");
    const [first] = (await list()).Credentials;
    expect(first).toEqual({
      CredentialId: "id0",
      FriendlyCredentialName: "Passkey",
      RelyingPartyId: SITE,
      AuthenticatorTransports: [],
      CreatedAt: expect.any(Number),
    });
  });

  test("where users must be verified, a passkey that did not is not supported", async () => {
    const passkeys = { relyingPartyId: SITE, userVerification: "required" };
    await usePool({ passkeys });
    expect((await startRegistration()).authenticatorSelection.userVerification).toBe("required");
    const flags = FLAGS.userPresent | FLAGS.hasCredential;
    expect(outcome(await register({ flags }))).toEqual(UNSUPPORTED);
    expect(await register()).toEqual({});
    expect(outcome(await signIn({ flags: FLAGS.userPresent }))).toEqual(BAD);
    expect(outcome(await signIn())).toBe("tokens");
  });

  test.each([
    ["without the option", undefined, "WebAuthnNotEnabledException"],
    [
      "without a relying party",
      {},
      "WebAuthnConfigurationMissingException",
      "WebAuthnChallengeNotFoundException",
    ],
  ])("%s there are none", async (_name, passkeys, expected, atEnd = expected) => {
    await usePool({ passkeys });
    expect(outcome(await asTheseus("StartWebAuthnRegistration"))[0]).toBe(expected);
    const credential = authenticator.create({ rp: { id: SITE }, user: {}, challenge: "AAAA" });
    expect(outcome(await complete(credential))[0]).toBe(atEnd);
    expect(await list()).toEqual({ Credentials: [] });
    expect(outcome(await startPasskey())).toBe("SELECT_CHALLENGE");
  });

  test("on the developer's own machine, without TLS", async () => {
    await usePool({ passkeys: { relyingPartyId: "localhost" } });
    expect(await register({ origin: "http://localhost:3000" })).toEqual({});
    expect(outcome(await register({ origin: "http://127.0.0.1:3000" }))).toEqual(FOREIGN);
  });
});

describe("sign-in", () => {
  test("by preference: the options, then tokens", async () => {
    await usePool();
    await register();
    const challenge = await startPasskey();
    const [{ id }] = pool.users.get("theseus").passkeys;
    expect(challenge).toEqual({
      AvailableChallenges: ["PASSWORD", "PASSWORD_SRP", "EMAIL_OTP", "WEB_AUTHN"],
      ChallengeName: "WEB_AUTHN",
      ChallengeParameters: {
        USER_ID_FOR_SRP: "theseus",
        CREDENTIAL_REQUEST_OPTIONS: expect.any(String),
      },
      Session: expect.any(String),
    });
    expect(optionsOf(challenge)).toEqual({
      challenge: expect.stringMatching(/^[\w-]{22}$/),
      timeout: 180_000,
      rpId: SITE,
      allowCredentials: [{ type: "public-key", id, transports: ["internal", "hybrid"] }],
      userVerification: "preferred",
    });
    const body = await signIn({}, challenge);
    expect(outcome(body)).toBe("tokens");
    expect(pool.users.get("theseus").passkeys[0].signCount).toBe(1);
    expect(outcome(await signIn({}, challenge))).toEqual([
      "NotAuthorizedException",
      "Invalid session for the user, session can only be used once.",
    ]);
  });

  test("by choice: in two steps, or with a credential for a challenge that is open", async () => {
    await usePool();
    await register();
    const choice = await start();
    expect(choice.AvailableChallenges).toContain("WEB_AUTHN");
    expect(choice.ChallengeParameters).toEqual({ USER_ID_FOR_SRP: "theseus" });
    const asked = await respond(pool, choice, { ANSWER: "WEB_AUTHN" });
    expect(outcome(asked)).toBe("WEB_AUTHN");
    expect(outcome(await signIn({}, asked))).toBe("tokens");

    const CREDENTIAL = credentialFor(await startPasskey());
    const atOnce = { ANSWER: "WEB_AUTHN", CREDENTIAL };
    expect(outcome(await respond(pool, await start(), atOnce))).toBe("tokens");
    expect(outcome(await respond(pool, await start(), atOnce))).toEqual(BAD);
  });

  test("by the administrator's operations", async () => {
    await usePool();
    await register();
    const AuthParameters = { USERNAME: "theseus", PREFERRED_CHALLENGE: "WEB_AUTHN" };
    const { body } = await play(pool, "AdminInitiateAuth", {
      AuthFlow: "USER_AUTH",
      AuthParameters,
    });
    const CREDENTIAL = credentialFor(body);
    expect(outcome(await respond(pool, body, { CREDENTIAL }, { admin: true }))).toBe("tokens");
  });

  test.each([
    ["without its user", { userHandle: null }],
    ["without a user's member", { userHandle: undefined }],
    ["of the user present alone", { flags: FLAGS.userPresent }],
    ["of a page of the domain itself", { origin: "https://example.com" }],
  ])("accepted: a credential %s", async (_name, change) => {
    await usePool();
    await register();
    expect(outcome(await signIn(change))).toBe("tokens");
  });

  test.each([
    ["another site", { origin: "https://example.org" }, BAD],
    ["another relying party", { relyingPartyId: "example.org" }, BAD],
    ["another challenge", { challenge: "AAAAAAAAAAAAAAAAAAAAAA" }, BAD],
    ["another user", { userHandle: "AAAA" }, BAD],
    ["another signature", { signature: Buffer.from("no") }, BAD],
    ["an absent user", { flags: 0 }, BAD],
    [
      "data that was changed after signing",
      { authenticatorData: (b) => b.subarray(0, 36) },
      INVALID,
    ],
    ["a registration's type", { type: "webauthn.create" }, INVALID],
    ["another id", { rawId: "AAAA" }, INVALID],
  ])("refused: %s", async (_name, change, expected) => {
    await usePool();
    await register();
    expect(outcome(await signIn(change))).toEqual(expected);
  });

  test.each(["", "credential", "null", "[]", "{}", '{"response":{}}'])(
    "refused: the text %j",
    async (CREDENTIAL) => {
      await usePool();
      await register();
      expect(outcome(await respond(pool, await startPasskey(), { CREDENTIAL }))).toEqual(INVALID);
    },
  );

  test("no credential", async () => {
    await usePool();
    await register();
    const challenge = await startPasskey();
    const MISSING = ["InvalidParameterException", "Missing required parameter CREDENTIAL"];
    expect(outcome(await respond(pool, challenge, {}))).toEqual(MISSING);
    expect(outcome(await signIn({}, challenge))).toBe("tokens");
  });

  test("the challenge of another session, a passkey that was deleted meanwhile, another user's passkey", async () => {
    await usePool();
    await register();
    const [one, other] = [await startPasskey(), await startPasskey()];
    const CREDENTIAL = credentialFor(other);
    expect(outcome(await respond(pool, one, { CREDENTIAL }))).toEqual(BAD);
    expect(outcome(await respond(pool, other, { CREDENTIAL }))).toBe("tokens");

    const asked = await startPasskey();
    const { passkeys } = pool.users.get("theseus");
    pool.users.get("theseus").passkeys = [];
    expect(outcome(await signIn({}, asked))).toEqual(BAD);

    pool.users.set("ariadne", { username: "ariadne", passkeys });
    const hers = await begin(pool, "USER_AUTH", {
      USERNAME: "ariadne",
      PREFERRED_CHALLENGE: "WEB_AUTHN",
    });
    expect(outcome(await respond(pool, hers, { CREDENTIAL: credentialFor(hers) }))).toEqual(BAD);
  });

  test("a counter that does not go up is a copy's; one that stays at 0 does not count", async () => {
    await usePool();
    await register();
    expect(outcome(await signIn({ signCount: 7 }))).toBe("tokens");
    for (const signCount of [7, 6, 0]) expect(outcome(await signIn({ signCount }))).toEqual(BAD);
    expect(outcome(await signIn({ signCount: 8 }))).toBe("tokens");
    await usePool({}, {}, { counts: false });
    await register();
    for (let count = 0; count < 2; count++) expect(outcome(await signIn())).toBe("tokens");
  });

  test("a challenge is good for its time", async () => {
    await usePool({ authSessionSeconds: 300 });
    await register();
    const challenge = await startPasskey();
    pool.advance(299);
    expect(outcome(await signIn({}, challenge))).toBe("tokens");
    const late = await startPasskey();
    pool.advance(300);
    expect(outcome(await signIn({}, late))).toEqual([
      "NotAuthorizedException",
      "Invalid session for the user, session is expired.",
    ]);
  });

  test("the passkeys that a test gives a user", async () => {
    await usePool();
    await register();
    const { passkeys, attributes } = pool.users.get("theseus");
    const given = passkeys.map(({ id, publicKey }) => ({ id, publicKey }));
    pool.users.set("theseus", { username: "theseus", attributes, passkeys: given });
    const challenge = await startPasskey();
    expect(challenge.AvailableChallenges).toEqual(["EMAIL_OTP", "WEB_AUTHN"]);
    expect(outcome(await signIn({}, challenge))).toBe("tokens");
  });

  test("pools that are given the same passkeys count their uses each for itself", async () => {
    await usePool();
    await register();
    const given = structuredClone(pool.users.get("theseus").passkeys);
    const unchanged = structuredClone(given);
    pool.users.get("theseus").passkeys = [];
    pool.users.set("theseus", { ...pool.users.get("theseus"), passkeys: given });
    expect(outcome(await signIn())).toBe("tokens");
    expect(pool.users.get("theseus").passkeys[0].signCount).toBeGreaterThan(given[0].signCount);
    expect(given).toEqual(unchanged);
  });

  test("a name that there is not has none", async () => {
    await usePool({ hideUnknownUsers: true });
    const body = await start({ USERNAME: "nobody", PREFERRED_CHALLENGE: "WEB_AUTHN" });
    expect(outcome(body)).toBe("SELECT_CHALLENGE");
    expect(body.AvailableChallenges).toEqual(["PASSWORD", "PASSWORD_SRP"]);
  });

  describe("where a second factor is asked for", () => {
    const twoFactors = {
      relyingPartyId: SITE,
      factorConfiguration: "MULTI_FACTOR_WITH_USER_VERIFICATION",
    };
    const switchOn = (Enabled) =>
      asTheseus("SetUserMFAPreference", { WebAuthnMfaSettings: { Enabled } });

    test("a passkey is a choice if the pool and the user say so, and its user was verified", async () => {
      await usePool({ mfa: "OPTIONAL", passkeys: twoFactors }, { mfa: ["EMAIL_OTP"] });
      await register();
      expect(outcome(await startPasskey())).toBe("SELECT_CHALLENGE");
      await switchOn(true);
      expect(outcome(await signIn({ flags: FLAGS.userPresent }))).toEqual(BAD);
      expect(outcome(await signIn())).toBe("tokens");
      await switchOn(false);
      expect(outcome(await startPasskey())).toBe("SELECT_CHALLENGE");
    });

    test("elsewhere it is none", async () => {
      await usePool({ mfa: "OPTIONAL" }, { mfa: ["EMAIL_OTP"] });
      await register();
      await switchOn(true);
      expect((await startPasskey()).AvailableChallenges).toEqual(["PASSWORD", "PASSWORD_SRP"]);
    });
  });
});
