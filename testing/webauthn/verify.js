"use strict";

// Reads and checks a browser's answers for passkeys, by the steps of https://www.w3.org/TR/webauthn-3/#sctn-registering-a-new-credential
// and https://www.w3.org/TR/webauthn-3/#sctn-verifying-assertion.
//
// Attestations are "none", or "packed" with a signature by the passkey's own key: the pool asks for none, and browsers do not remove the
// second. The authenticator's manufacturer is not checked.

const crypto = require("node:crypto");
// Not the global one: in a test environment with a window it is another.
const { URL } = require("node:url");
const { refusal } = require("../answers.js");
const { readAuthenticatorData } = require("./authenticator-data.js");
const { decode } = require("./cbor.js");
const { isSignedBy } = require("./public-key.js");

const BASE64URL = /^[A-Za-z0-9_-]+$/;

const invalid = () => refusal("credentialInvalid");
const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
const sha256 = (bytes) => crypto.createHash("sha256").update(bytes).digest();

function bytesOf(text) {
  if (typeof text !== "string" || !BASE64URL.test(text)) throw invalid();
  return Buffer.from(text, "base64url");
}

/** The data that the browser collected: `{ type, challenge, origin }`. */
function readClientData(bytes, type) {
  let data;
  try {
    data = JSON.parse(bytes);
  } catch {
    throw invalid();
  }
  const isRight =
    isObject(data) &&
    [data.type, data.challenge, data.origin].every((one) => typeof one === "string");
  if (!isRight || data.type !== type) throw invalid();
  return data;
}

/** The part that registrations and sign-ins have in common. `credential` is the result of `toJSON()` in a browser. */
function readCredential(credential, type) {
  if (!isObject(credential) || !isObject(credential.response)) throw invalid();
  const { id, rawId, response } = credential;
  bytesOf(id);
  if (rawId !== id || credential.type !== "public-key") throw invalid();
  const clientDataJSON = bytesOf(response.clientDataJSON);
  return {
    id,
    clientData: readClientData(clientDataJSON, type),
    clientDataHash: sha256(clientDataJSON),
  };
}

/** Whether the origin is `https:` on the relying party's domain or a subdomain. On localhost `http:` is allowed too. */
function isOriginOf(origin, relyingPartyId) {
  if (!URL.canParse(origin)) return false;
  const { origin: canonical, protocol, hostname } = new URL(origin);
  const isBelow = (domain) => hostname === domain || hostname.endsWith(`.${domain}`);
  return (
    origin === canonical &&
    isBelow(relyingPartyId) &&
    (protocol === "https:" || isBelow("localhost"))
  );
}

/** Throws unless browser and authenticator name the right site, and the user was present. */
function checkSite({ clientData, authenticatorData }, { relyingPartyId, needsVerifiedUser }) {
  const { relyingPartyHash, flags } = authenticatorData;
  if (!isOriginOf(clientData.origin, relyingPartyId)) throw refusal("originNotAllowed");
  if (!relyingPartyHash.equals(sha256(relyingPartyId))) throw refusal("relyingPartyMismatch");
  if (!flags.userPresent) throw invalid();
  if (needsVerifiedUser && !flags.userVerified) throw refusal("credentialUnsupported");
}

/** Throws unless the attestation is none, or the passkey's own signature. */
function checkAttestation({ fmt, attStmt, signed, credential }) {
  if (!(attStmt instanceof Map)) throw invalid();
  if (fmt === "none" && attStmt.size === 0) return;
  if (fmt !== "packed" || attStmt.has("x5c")) throw refusal("credentialUnsupported");
  const isOwn =
    attStmt.get("alg") === credential.algorithm &&
    Buffer.isBuffer(attStmt.get("sig")) &&
    isSignedBy(credential.jwk, signed, attStmt.get("sig"));
  if (!isOwn) throw invalid();
}

/** Reads a registration. The caller checks its challenge, then `checkRegistration` checks the rest. */
function readRegistration(given) {
  const read = readCredential(given, "webauthn.create");
  const attestation = decode(bytesOf(given.response.attestationObject));
  if (!(attestation instanceof Map) || !Buffer.isBuffer(attestation.get("authData")))
    throw invalid();
  return { ...read, given, attestation };
}

/** The new passkey, or the refusal. */
function checkRegistration({ given, id, clientData, clientDataHash, attestation }, site) {
  const authData = attestation.get("authData");
  const authenticatorData = readAuthenticatorData(authData);
  checkSite({ clientData, authenticatorData }, site);
  const { credential, signCount } = authenticatorData;
  if (credential?.id !== id) throw invalid();
  checkAttestation({
    fmt: attestation.get("fmt"),
    attStmt: attestation.get("attStmt"),
    signed: Buffer.concat([authData, clientDataHash]),
    credential,
  });
  // The pool asks for discoverable passkeys.
  if (given.clientExtensionResults?.credProps?.rk === false) throw invalid();
  const { transports } = given.response;
  return {
    id,
    publicKey: credential.jwk,
    signCount,
    transports: Array.isArray(transports) ? transports.map(String) : [],
    ...(given.authenticatorAttachment && { attachment: String(given.authenticatorAttachment) }),
  };
}

/** A sign-in's credential, from the text of its JSON. */
function readAssertion(text) {
  let given;
  try {
    given = JSON.parse(text);
  } catch {
    throw invalid();
  }
  const read = readCredential(given, "webauthn.get");
  const { authenticatorData, signature, userHandle } = given.response;
  const signed = bytesOf(authenticatorData);
  return {
    ...read,
    signed: Buffer.concat([signed, read.clientDataHash]),
    authenticatorData: readAuthenticatorData(signed),
    signature: bytesOf(signature),
    // Optional: null or missing.
    userHandle: userHandle ?? undefined,
  };
}

/** The new counter, or the refusal. A counter that does not increase is a sign of a cloned passkey; 0 means that there is no counter. */
function checkAssertion(assertion, passkey, site) {
  checkSite(assertion, site);
  const { signed, signature, userHandle, authenticatorData } = assertion;
  const { signCount: last = 0 } = passkey;
  const { signCount } = authenticatorData;
  const counts = signCount > last || (signCount === 0 && last === 0);
  const isOwner = userHandle === undefined || userHandle === site.userHandle;
  if (!isOwner || !counts || !isSignedBy(passkey.publicKey, signed, signature)) {
    throw refusal("badCredentials");
  }
  return signCount;
}

module.exports = { checkAssertion, checkRegistration, readAssertion, readRegistration };
