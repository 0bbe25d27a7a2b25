"use strict";

// A virtual authenticator with its browser: `create` and `get` give what `navigator.credentials.create({ publicKey })` and
// `navigator.credentials.get({ publicKey })` give as `toJSON()`. It shares no line with the pool that verifies.
//
// `change` lets one thing be wrong: `origin`, `type`, `challenge`, `relyingPartyId`, `id`, `rawId`, `flags` (the byte), `signCount`,
// `signature`, `userHandle`, `authenticatorData` (a function of the bytes), `attestation`, `coseKey` (a function of the pairs).

const crypto = require("node:crypto");

const ES256 = -7;
const RS256 = -257;
const FLAGS = { userPresent: 0x01, userVerified: 0x04, backedUp: 0x18, hasCredential: 0x40 };

const base64url = (bytes) => Buffer.from(bytes).toString("base64url");
const sha256 = (bytes) => crypto.createHash("sha256").update(bytes).digest();

/** A kind and a number as CBOR begins a value. */
function head(kind, number) {
  if (number < 24) return Buffer.of((kind << 5) | number);
  if (number < 256) return Buffer.of((kind << 5) | 24, number);
  return Buffer.of((kind << 5) | 25, number >> 8, number & 255);
}

/** CBOR of a whole number, a text, bytes, a list, or a map, which is a list of pairs: `{ pairs }`. */
function cbor(value) {
  if (typeof value === "number") return value < 0 ? head(1, -1 - value) : head(0, value);
  if (typeof value === "string") {
    const bytes = Buffer.from(value);
    return Buffer.concat([head(3, bytes.length), bytes]);
  }
  if (value instanceof Uint8Array) return Buffer.concat([head(2, value.length), value]);
  if (Array.isArray(value)) return Buffer.concat([head(4, value.length), ...value.map(cbor)]);
  return Buffer.concat([head(5, value.pairs.length), ...value.pairs.flat().map(cbor)]);
}

const bytesOf = (text) => Buffer.from(text, "base64url");

/** RSA's take a tenth of a second to make: three take turns. */
const rsaPairs = [];
let rsaTurn = 0;
function rsaPair() {
  const turn = rsaTurn++ % 3;
  rsaPairs[turn] ??= crypto.generateKeyPairSync("rsa", { modulusLength: 2048 });
  return rsaPairs[turn];
}

/** Algorithm → a pair of keys, and its public key as the pairs of a COSE map. */
const KEYS = {
  [ES256]: {
    pair: () => crypto.generateKeyPairSync("ec", { namedCurve: "P-256" }),
    cose: ({ x, y }) => [
      [1, 2],
      [3, ES256],
      [-1, 1],
      [-2, bytesOf(x)],
      [-3, bytesOf(y)],
    ],
  },
  [RS256]: {
    pair: rsaPair,
    cose: ({ n, e }) => [
      [1, 3],
      [3, RS256],
      [-1, bytesOf(n)],
      [-2, bytesOf(e)],
    ],
  },
};

function clientDataOf({ type, challenge, origin }) {
  return Buffer.from(JSON.stringify({ type, challenge, origin, crossOrigin: false }));
}

function authenticatorDataOf({ relyingPartyId, flags, signCount, credential = Buffer.alloc(0) }) {
  const counter = Buffer.alloc(4);
  counter.writeUInt32BE(signCount);
  return Buffer.concat([sha256(relyingPartyId), Buffer.of(flags), counter, credential]);
}

/** The attested credential: no AAGUID, the id behind its length, the key. */
function attested(id, coseKey) {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(id.length);
  return Buffer.concat([Buffer.alloc(16), length, id, cbor({ pairs: coseKey })]);
}

/** Attestation → the pairs of its statement. */
const ATTESTATIONS = {
  none: () => [],
  packed: ({ algorithm, sign }) => [
    ["alg", algorithm],
    ["sig", sign()],
  ],
  "packed, with a certificate": ({ algorithm, sign }) => [
    ["alg", algorithm],
    ["sig", sign()],
    ["x5c", [Buffer.from("certificate")]],
  ],
  "fido-u2f": ({ sign }) => [["sig", sign()]],
};

/** An authenticator whose browser shows `origin`. `counts`: whether it counts its signatures, as security keys do. */
function createAuthenticator({ origin, algorithm = ES256, userVerified = true, counts = true }) {
  const passkeys = new Map();
  const present = FLAGS.userPresent | (userVerified ? FLAGS.userVerified : 0);

  function create(options, change = {}) {
    const { privateKey, publicKey } = KEYS[algorithm].pair();
    const id = change.id ?? crypto.randomBytes(20);
    passkeys.set(base64url(id), { privateKey, signCount: 0, userHandle: options.user.id });
    const clientDataJSON = clientDataOf({
      type: "webauthn.create",
      challenge: options.challenge,
      origin,
      ...change,
    });
    const pairs = KEYS[algorithm].cose(publicKey.export({ format: "jwk" }));
    const { authenticatorData: changed = (bytes) => bytes, coseKey = (same) => same } = change;
    const authenticatorData = changed(
      authenticatorDataOf({
        relyingPartyId: options.rp.id,
        flags: present | FLAGS.backedUp | FLAGS.hasCredential,
        signCount: 0,
        credential: attested(id, coseKey(pairs)),
        ...change,
      }),
    );
    const sign = () =>
      change.signature ??
      crypto.sign("sha256", Buffer.concat([authenticatorData, sha256(clientDataJSON)]), privateKey);
    const { attestation = "none" } = change;
    const [fmt] = attestation.split(",");
    const attestationObject = cbor({
      pairs: [
        ["fmt", fmt],
        ["attStmt", { pairs: ATTESTATIONS[attestation]({ algorithm, sign }) }],
        ["authData", authenticatorData],
      ],
    });
    return {
      id: base64url(id),
      rawId: change.rawId ?? base64url(id),
      type: "public-key",
      authenticatorAttachment: "platform",
      clientExtensionResults: {},
      response: {
        attestationObject: base64url(attestationObject),
        authenticatorData: base64url(authenticatorData),
        clientDataJSON: base64url(clientDataJSON),
        publicKey: base64url(publicKey.export({ type: "spki", format: "der" })),
        publicKeyAlgorithm: algorithm,
        transports: ["internal", "hybrid"],
      },
    };
  }

  function get(options, change = {}) {
    const { id } = options.allowCredentials.find((one) => passkeys.has(one.id));
    const passkey = passkeys.get(id);
    passkey.signCount += counts ? 1 : 0;
    const clientDataJSON = clientDataOf({
      type: "webauthn.get",
      challenge: options.challenge,
      origin,
      ...change,
    });
    const { authenticatorData: changed = (bytes) => bytes } = change;
    const authenticatorData = changed(
      authenticatorDataOf({
        relyingPartyId: options.rpId,
        flags: present | FLAGS.backedUp,
        signCount: passkey.signCount,
        ...change,
      }),
    );
    const signed = Buffer.concat([authenticatorData, sha256(clientDataJSON)]);
    const signature = change.signature ?? crypto.sign("sha256", signed, passkey.privateKey);
    return {
      id,
      rawId: change.rawId ?? id,
      type: "public-key",
      authenticatorAttachment: "platform",
      clientExtensionResults: {},
      response: {
        authenticatorData: base64url(authenticatorData),
        clientDataJSON: base64url(clientDataJSON),
        signature: base64url(signature),
        userHandle: "userHandle" in change ? change.userHandle : passkey.userHandle,
      },
    };
  }

  return { create, get };
}

module.exports = { ES256, FLAGS, RS256, createAuthenticator };
