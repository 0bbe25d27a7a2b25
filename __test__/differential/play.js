"use strict";

// Plays one case on one side, in a process of its own, and tells the outcome: the original may take its process down.

const crypto = require("node:crypto");
const util = require("node:util");
const { caseNamed } = require("./cases");
const { KID, idClaims, sign } = require("../../tools/testing/tokens.js");

const SIDES = {
  original: () => require("../support/reference.js"),
  ours: () => require("../.."),
};

/** With the order of members, and the difference between undefined and absent. */
const show = (value) =>
  util
    .inspect(value, {
      depth: null,
      maxArrayLength: null,
      maxStringLength: null,
      breakLength: 1_000,
    })
    // An emulator's, which are never the same twice.
    .replace(/eyJ[\w-]+\.[\w-]+\.[\w-]+/g, "<JWT>");

function told(error) {
  if (!(error instanceof Error)) return { kind: "rejects", with: show(error) };
  const { name, code, message, statusCode, retryable, expiredAt, date, errors } = error;
  return {
    kind: "rejects",
    name,
    code,
    message,
    statusCode,
    retryable,
    expiredAt: show(expiredAt),
    date: show(date),
    errors: show(errors?.map((one) => [one.code, one.message])),
    reason: error.reason,
  };
}

/** What a case sees: tokens are the same on both sides, for their times and keys come from outside. */
function contextFrom({ now, keys, ...given }) {
  const key = (name = "pool") => crypto.createPrivateKey(keys[name]);
  const claims = (over = {}) =>
    idClaims({ auth_time: now - 1, iat: now - 1, exp: now + 3600, ...over });
  return {
    ...given,
    KID,
    now,
    key,
    claims,
    token: ({ payload = claims(), signer, ...rest } = {}) =>
      sign({ payload, key: key(signer), ...rest }),
  };
}

async function main([side, name], message) {
  const outcome = await caseNamed(name)
    .play(SIDES[side](), contextFrom(message))
    .then((value) => ({ kind: "resolves", with: show(value) }), told);
  process.send(outcome, () => process.exit(0));
}

process.once("message", (message) => main(process.argv.slice(2), message));
