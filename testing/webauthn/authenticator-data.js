"use strict";

// The authenticator data, which is signed. https://www.w3.org/TR/webauthn-3/#sctn-authenticator-data

const { refusal } = require("../answers.js");
const { createReader } = require("./cbor.js");
const { readPublicKey } = require("./public-key.js");

const FLAGS = {
  userPresent: 0x01,
  userVerified: 0x04,
  backupEligible: 0x08,
  backedUp: 0x10,
  hasCredential: 0x40,
  hasExtensions: 0x80,
};

const LONGEST_ID = 1023;

/** `{ relyingPartyHash, flags, signCount, credential }`. Only registrations have a credential: `{ id, algorithm, jwk }`. */
function readAuthenticatorData(bytes) {
  const reader = createReader(bytes, 0);
  const relyingPartyHash = reader.take(32);
  const [bits] = reader.take(1);
  const flags = Object.fromEntries(
    Object.entries(FLAGS).map(([name, bit]) => [name, (bits & bit) !== 0]),
  );
  const signCount = reader.take(4).readUInt32BE(0);
  const credential = flags.hasCredential ? readCredential(reader) : undefined;
  if (flags.hasExtensions) reader.value();
  if (reader.rest() > 0 || (flags.backedUp && !flags.backupEligible)) {
    throw refusal("credentialInvalid");
  }
  return { relyingPartyHash, flags, signCount, credential };
}

function readCredential(reader) {
  // The AAGUID, the authenticator's model.
  reader.take(16);
  const length = reader.take(2).readUInt16BE(0);
  if (length === 0 || length > LONGEST_ID) throw refusal("credentialInvalid");
  const id = reader.take(length).toString("base64url");
  return { id, ...readPublicKey(reader.value()) };
}

module.exports = { readAuthenticatorData };
