"use strict";

// Passkeys: the options that the pool gives to a browser, and the checks of the browser's answers. A user's passkeys are in the member
// `passkeys` of the user, which a test may read and change.
// https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-authentication-flow-methods.html (passkey sign-in)

const crypto = require("node:crypto");
const { Answer, refusal } = require("./answers.js");
const { BOUNDS, BoundedMap } = require("./bounds.js");
const { ALGORITHMS } = require("./webauthn/public-key.js");
const {
  checkAssertion,
  checkRegistration,
  readAssertion,
  readRegistration,
} = require("./webauthn/verify.js");

const CREATE = "webauthn.create";
const GET = "webauthn.get";

/** As in AWS's example: API_InitiateAuth.html. The pool itself accepts an answer for as long as a session is valid. */
const TIMEOUT_MS = 180_000;
/** Of a user: https://docs.aws.amazon.com/cognito/latest/developerguide/quotas.html */
const MOST = 20;

/** As long as the challenge in aws/aws-sdk-net#4386. */
const newChallenge = () => crypto.randomBytes(16).toString("base64url");

const passkeysOf = ({ passkeys = [] }) => passkeys;
const handleOf = ({ attributes: { sub } }) => Buffer.from(sub).toString("base64url");
const descriptors = (user) =>
  passkeysOf(user).map(({ id, transports = [] }) => ({ type: "public-key", id, transports }));

function createPasskeys({ clock, settings }) {
  /** Challenge → the ceremony, the user, and the end of its validity. */
  const challenges = new BoundedMap(BOUNDS.passkeyChallenges);

  const ask = (ceremony, { attributes: { sub } }, more) => {
    const challenge = newChallenge();
    const expiresAt = clock.now() + settings.authSessionSeconds * 1000;
    challenges.set(challenge, { ceremony, sub, expiresAt, ...more });
    return challenge;
  };

  /** Takes a challenge, which is valid once. Undefined unless it was issued to this user for this ceremony. */
  function take(ceremony, { attributes: { sub } }, challenge) {
    const known = challenges.get(challenge);
    challenges.delete(challenge);
    const isRight =
      known?.ceremony === ceremony && known.sub === sub && clock.now() < known.expiresAt;
    return isRight ? known : undefined;
  }

  const site = (user, needsVerifiedUser) => ({
    relyingPartyId: settings.passkeys.relyingPartyId,
    needsVerifiedUser: needsVerifiedUser || settings.passkeys.userVerification === "required",
    userHandle: handleOf(user),
  });

  /** Throws unless users of the pool may have passkeys. */
  function checkEnabled() {
    if (settings.passkeys === undefined) throw refusal("passkeysOff");
  }

  const checkRoom = (user) => {
    if (passkeysOf(user).length >= MOST) throw refusal("passkeysTooMany");
  };

  return {
    /** The options for `navigator.credentials.create`. */
    creationOptions(user, clientId) {
      checkEnabled();
      const { relyingPartyId: id, userVerification } = settings.passkeys;
      if (id === undefined) throw refusal("relyingPartyMissing");
      checkRoom(user);
      const { username } = user;
      return {
        authenticatorSelection: {
          requireResidentKey: true,
          residentKey: "required",
          userVerification,
        },
        challenge: ask(CREATE, user, { clientId }),
        excludeCredentials: descriptors(user),
        pubKeyCredParams: ALGORITHMS.map((alg) => ({ type: "public-key", alg })),
        rp: { id, name: id },
        timeout: TIMEOUT_MS,
        user: { displayName: username, id: handleOf(user), name: username },
      };
    },
    /** Adds a passkey to the user: `credential` is the result of `navigator.credentials.create`. */
    register(users, user, { clientId, credential }) {
      checkEnabled();
      checkRoom(user);
      const registration = readRegistration(credential);
      const asked = take(CREATE, user, registration.clientData.challenge);
      if (asked === undefined) throw refusal("challengeMissing");
      if (asked.clientId !== clientId) throw refusal("clientMismatch");
      const passkey = checkRegistration(registration, site(user));
      const isTaken = [...users.values()].some((one) =>
        passkeysOf(one).some(({ id }) => id === passkey.id),
      );
      if (isTaken) throw refusal("credentialInvalid");
      const name = `Passkey ${passkeysOf(user).length + 1}`;
      user.passkeys = [...passkeysOf(user), { ...passkey, name, createdAt: clock.seconds() }];
    },
    /** The options for `navigator.credentials.get`. */
    requestOptions: (user) => ({
      challenge: ask(GET, user),
      timeout: TIMEOUT_MS,
      rpId: settings.passkeys.relyingPartyId,
      allowCredentials: descriptors(user),
      userVerification: settings.passkeys.userVerification,
    }),
    /**
     * Throws unless `credential` is a valid result of `navigator.credentials.get` for one of the user's passkeys. `challenge` is the one
     * in the session; a credential that is sent with the choice may answer any open challenge of the user. The refusal is the one of a
     * wrong password: API_RespondToAuthChallenge.html lists none of the WebAuthn exceptions, and nobody has quoted the words.
     */
    signIn(user, { credential, challenge, needsVerifiedUser }) {
      const assertion = readAssertion(credential);
      const { challenge: answered } = assertion.clientData;
      const isAsked = challenge === undefined || challenge === answered;
      const passkey = passkeysOf(user).find(({ id }) => id === assertion.id);
      if (!isAsked || take(GET, user, answered) === undefined || passkey === undefined) {
        throw refusal("badCredentials");
      }
      try {
        passkey.signCount = checkAssertion(assertion, passkey, site(user, needsVerifiedUser));
      } catch (error) {
        throw error instanceof Answer ? refusal("badCredentials") : error;
      }
    },
  };
}

module.exports = { createPasskeys, passkeysOf };
