"use strict";

// The pool's verification of passkeys beside a well-kept library's: @simplewebauthn/server.

const {
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
} = require("@simplewebauthn/server");
const { Answer } = require("../../testing/answers.js");
const {
  checkAssertion,
  checkRegistration,
  readAssertion,
  readRegistration,
} = require("../../testing/webauthn/verify.js");
const { generator } = require("../../tools/random.js");
const {
  ES256,
  FLAGS,
  RS256,
  createAuthenticator,
} = require("../../tools/testing/authenticator.js");

const SITE = "example.com";
const ORIGIN = "https://example.com";
const CHALLENGE = "7ZYQvqt16U_ZcQ6fx4okaQ";
const USER = { id: "dGhlc2V1cw", name: "theseus", displayName: "theseus" };
const CREATION = { challenge: CHALLENGE, rp: { id: SITE, name: SITE }, user: USER };
const EXPECTED = { expectedChallenge: CHALLENGE, expectedOrigin: ORIGIN, expectedRPID: SITE };
const MUTATIONS = 200;

const site = (needsVerifiedUser) => ({
  relyingPartyId: SITE,
  needsVerifiedUser,
  userHandle: USER.id,
});

/** What the pool's code returns, or undefined for its refusal. Anything else that it throws is a defect. */
function byPool(verify) {
  try {
    return verify();
  } catch (error) {
    if (!(error instanceof Answer)) throw error;
    return undefined;
  }
}

/** What the library returns, or undefined for its refusal of any kind. */
async function byLibrary(verify) {
  const result = await Promise.resolve()
    .then(verify)
    .catch(() => ({ verified: false }));
  return result.verified ? result : undefined;
}

const registrationByPool = (credential, verified) =>
  byPool(() => {
    const read = readRegistration(structuredClone(credential));
    // As the pool does, which looks the challenge up.
    return read.clientData.challenge === CHALLENGE
      ? checkRegistration(read, site(verified))
      : undefined;
  });
const registrationByLibrary = (response, requireUserVerification) =>
  byLibrary(() => verifyRegistrationResponse({ response, ...EXPECTED, requireUserVerification }));

const signInByPool = (assertion, passkey, verified) =>
  byPool(() => {
    const read = readAssertion(JSON.stringify(assertion));
    return read.clientData.challenge === CHALLENGE && read.id === passkey.id
      ? checkAssertion(read, passkey, site(verified))
      : undefined;
  });
const signInByLibrary = (response, credential, requireUserVerification) =>
  byLibrary(() =>
    verifyAuthenticationResponse({ response, credential, ...EXPECTED, requireUserVerification }),
  );

/** An authenticator with a passkey, as the pool and as the library know it. */
async function registered(algorithm, device) {
  const authenticator = createAuthenticator({ origin: ORIGIN, algorithm, ...device });
  const response = authenticator.create(CREATION);
  const passkey = registrationByPool(response, false);
  const { registrationInfo } = await registrationByLibrary(response, false);
  const get = (change) =>
    authenticator.get(
      { challenge: CHALLENGE, rpId: SITE, allowCredentials: [{ id: passkey.id }] },
      change,
    );
  return { authenticator, passkey, credential: registrationInfo.credential, get };
}

/** One of a credential's members of bytes with a bit turned, a byte taken out or one put in. */
function mutated(credential, members, random) {
  const name = members[random(members.length)];
  const bytes = [...Buffer.from(credential.response[name], "base64url")];
  const at = random(bytes.length);
  const ways = [
    () => bytes.splice(at, 1, bytes[at] ^ (1 << random(8))),
    () => bytes.splice(at, 1),
    () => bytes.splice(at, 0, random(256)),
    () => bytes.splice(at),
  ];
  ways[random(ways.length)]();
  const response = {
    ...credential.response,
    [name]: Buffer.from(bytes).toString("base64url"),
  };
  return { ...credential, response };
}

const CHANGES = [
  ["nothing", {}],
  ["another origin", { origin: "https://example.org" }],
  ["a sign-in's type", { type: "webauthn.get" }],
  ["a registration's type", { type: "webauthn.create" }],
  ["another challenge", { challenge: "AAAAAAAAAAAAAAAAAAAAAA" }],
  ["another relying party", { relyingPartyId: "example.org" }],
  ["another id", { rawId: "AAAA" }],
  ["an absent user", { flags: 0 }],
  ["an absent user, who was verified", { flags: FLAGS.userVerified }],
  ["a present user", { flags: FLAGS.userPresent }],
  ["a present and verified user", { flags: FLAGS.userPresent | FLAGS.userVerified }],
  ["backed up, and not able to be", { flags: FLAGS.userPresent | 0x10 }],
  ["bytes left over", { authenticatorData: (bytes) => Buffer.concat([bytes, Buffer.of(0)]) }],
  ["another signature", { signature: Buffer.from("no") }],
  ["a high counter", { signCount: 0xffffffff }],
];
/** Without an attestation the library looks at a registration's key as late as the first sign-in, the pool at once. */
const CUT_OFF = ["bytes cut off", { authenticatorData: (bytes) => bytes.subarray(0, -1) }];
const ATTESTATIONS = ["none", "packed"];

describe.each([
  ["ES256", ES256],
  ["RS256", RS256],
])("%s", (_name, algorithm) => {
  const cases = CHANGES.flatMap(([name, change]) =>
    ATTESTATIONS.flatMap((attestation) =>
      [false, true].map((verified) => [name, attestation, verified, change]),
    ),
  );
  test.each(cases)("a registration: %s, attestation %s, verified user %p", async (...given) => {
    const [, attestation, verified, change] = given;
    const flags = change.flags === undefined ? {} : { flags: change.flags | FLAGS.hasCredential };
    const response = createAuthenticator({ origin: ORIGIN, algorithm }).create(CREATION, {
      attestation,
      ...change,
      ...flags,
    });
    const ours = registrationByPool(response, verified);
    const theirs = await registrationByLibrary(response, verified);
    expect(ours !== undefined).toBe(theirs !== undefined);
    if (theirs === undefined) return;
    const { id, counter, transports } = theirs.registrationInfo.credential;
    expect(ours).toMatchObject({ id, signCount: counter, transports });
  });

  test.each([...CHANGES, CUT_OFF])("a sign-in: %s", async (_case, change) => {
    const { get, passkey, credential } = await registered(algorithm);
    for (const verified of [false, true]) {
      const response = get(change);
      const ours = signInByPool(response, passkey, verified);
      const theirs = await signInByLibrary(response, credential, verified);
      expect(ours).toBe(theirs?.authenticationInfo.newCounter);
    }
  });

  test.each([
    [0, 0],
    [1, 0],
    [1, 1],
    [1, 2],
    [0xffffffff, 0],
  ])("a counter: %d known, %d in the answer", async (counter, signCount) => {
    const { get, passkey, credential } = await registered(algorithm);
    const response = get({ signCount });
    const ours = signInByPool(response, { ...passkey, signCount: counter }, false);
    const theirs = await signInByLibrary(response, { ...credential, counter }, false);
    expect(ours).toBe(theirs?.authenticationInfo.newCounter);
  });

  test("another passkey's signature", async () => {
    const [one, other] = [await registered(algorithm), await registered(algorithm)];
    const response = { ...other.get(), id: one.passkey.id, rawId: one.passkey.id };
    expect(signInByPool(response, one.passkey, false)).toBeUndefined();
    expect(await signInByLibrary(response, one.credential, false)).toBeUndefined();
  });

  test("sign-ins that were damaged have the same verdict", async () => {
    const { get, passkey, credential } = await registered(algorithm);
    const random = generator(19);
    const members = ["clientDataJSON", "authenticatorData", "signature"];
    for (let count = 0; count < MUTATIONS; count++) {
      const response = mutated(get(), members, random);
      const ours = signInByPool(response, passkey, false);
      const theirs = await signInByLibrary(response, credential, false);
      expect(ours).toBe(theirs?.authenticationInfo.newCounter);
    }
  });

  test.each(ATTESTATIONS)(
    "what the pool takes of damaged registrations (%s), the library takes too",
    async (attestation) => {
      const authenticator = createAuthenticator({ origin: ORIGIN, algorithm });
      const random = generator(20);
      const intact = authenticator.create(CREATION, { attestation });
      let taken = 0;
      for (let count = 0; count < MUTATIONS; count++) {
        const response = mutated(intact, ["clientDataJSON", "attestationObject"], random);
        if (registrationByPool(response, false) === undefined) continue;
        taken += 1;
        expect(await registrationByLibrary(response, false)).toBeDefined();
      }
      // Without a signature some bytes are free, such as the authenticator's model.
      expect(taken > 0).toBe(attestation === "none");
    },
  );
});
