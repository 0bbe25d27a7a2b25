"use strict";

// The part of CBOR that authenticators use: definite lengths, whole numbers, bytes, text, lists, maps, true, false and null.
// https://www.rfc-editor.org/rfc/rfc8949, https://www.w3.org/TR/webauthn-3/#sctn-conforming-all-classes

const { refusal } = require("../answers.js");

/** CTAP's own limit is four. */
const DEEPEST = 8;
const SIMPLE = new Map([
  [20, false],
  [21, true],
  [22, null],
]);

const invalid = () => refusal("credentialInvalid");

function createReader(bytes, start) {
  let at = start;

  function take(length) {
    if (length > bytes.length - at) throw invalid();
    at += length;
    return bytes.subarray(at - length, at);
  }

  /** The argument of the first byte: in its low bits, or in the next 1, 2 or 4 bytes. Eight are never needed. */
  function argument(low) {
    if (low < 24) return low;
    if (low > 26) throw invalid();
    const length = 2 ** (low - 24);
    return take(length).readUIntBE(0, length);
  }

  function list(length, depth) {
    const values = [];
    for (let index = 0; index < length; index++) values.push(value(depth));
    return values;
  }

  const kinds = [
    (number) => number,
    (number) => -1 - number,
    (length) => take(length),
    (length) => take(length).toString("utf8"),
    list,
    (length, depth) =>
      new Map(Array.from({ length: Math.min(length, bytes.length) }, () => list(2, depth))),
  ];

  function value(depth = 0) {
    const [first] = take(1);
    const kind = first >> 5;
    const low = first & 31;
    if (kind === 7 && SIMPLE.has(low)) return SIMPLE.get(low);
    if (kind >= kinds.length || depth >= DEEPEST) throw invalid();
    return kinds[kind](argument(low), depth + 1);
  }

  return { take, value, rest: () => bytes.length - at };
}

/** One value that takes all the bytes, or the refusal. Maps are Maps. */
function decode(bytes) {
  const reader = createReader(bytes, 0);
  const value = reader.value();
  if (reader.rest() > 0) throw invalid();
  return value;
}

module.exports = { createReader, decode };
