"use strict";

// A passkey without a browser, which signs what it is told to sign. https://www.w3.org/TR/webauthn-3/

const crypto = require("node:crypto");

/** -7 in CBOR. */
const ES256 = 0x26;
const USER_PRESENT_AND_VERIFIED = 0x05;
const HAS_CREDENTIAL = 0x40;

const sha256 = (data) => crypto.createHash("sha256").update(data).digest();
const encode = (bytes) => Buffer.from(bytes).toString("base64url");

/** A passkey for pages of the origin. `relyingPartyId` is its domain. */
function createPasskey({ origin, relyingPartyId = "localhost" }) {
  const { publicKey, privateKey } = crypto.generateKeyPairSync("ec", { namedCurve: "P-256" });
  const jwk = publicKey.export({ format: "jwk" });
  const rawId = crypto.randomBytes(16);
  const id = encode(rawId);

  const dataWith = (flags, more = []) =>
    Buffer.concat([sha256(relyingPartyId), Buffer.from([flags, 0, 0, 0, 0]), ...more]);
  const clientData = (type, { challenge }) =>
    Buffer.from(JSON.stringify({ type, challenge, origin, crossOrigin: false }));
  const credential = (response) => ({
    id,
    rawId: id,
    type: "public-key",
    clientExtensionResults: {},
    response,
  });

  return {
    /** As a user of a test pool has it. */
    registered: { id, publicKey: jwk },

    /** What `navigator.credentials.get` gives for these options, as JSON. */
    get(options, { flags = USER_PRESENT_AND_VERIFIED } = {}) {
      const clientDataJSON = clientData("webauthn.get", options);
      const authenticatorData = dataWith(flags);
      const signed = Buffer.concat([authenticatorData, sha256(clientDataJSON)]);
      return credential({
        clientDataJSON: encode(clientDataJSON),
        authenticatorData: encode(authenticatorData),
        signature: encode(crypto.sign("sha256", signed, privateKey)),
      });
    },

    /** What `navigator.credentials.create` gives for these options, as JSON, with the attestation "none". */
    create(options) {
      const authData = dataWith(USER_PRESENT_AND_VERIFIED | HAS_CREDENTIAL, [
        Buffer.alloc(16),
        Buffer.from([0, rawId.length]),
        rawId,
        // { 1: 2 (EC2), 3: ES256, -1: 1 (P-256), -2: x, -3: y }, in CBOR: RFC 9053, section 7.1.1.
        Buffer.from([0xa5, 0x01, 0x02, 0x03, ES256, 0x20, 0x01, 0x21, 0x58, 32]),
        Buffer.from(jwk.x, "base64url"),
        Buffer.from([0x22, 0x58, 32]),
        Buffer.from(jwk.y, "base64url"),
      ]);
      const attestationObject = Buffer.concat([
        Buffer.from([0xa3]),
        ...[textOf("fmt"), textOf("none"), textOf("attStmt"), Buffer.from([0xa0])],
        ...[textOf("authData"), Buffer.from([0x58, authData.length]), authData],
      ]);
      return credential({
        clientDataJSON: encode(clientData("webauthn.create", options)),
        attestationObject: encode(attestationObject),
        transports: ["internal"],
      });
    },
  };
}

/** A short text in CBOR. */
const textOf = (text) => Buffer.concat([Buffer.from([0x60 + text.length]), Buffer.from(text)]);

module.exports = { createPasskey };
