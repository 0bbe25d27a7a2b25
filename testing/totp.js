"use strict";

// The codes of an authenticator app: RFC 6238 with SHA-1, six digits, 30 seconds.

const crypto = require("node:crypto");

const STEP_MS = 30_000;
const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
/** At least 80 bits, as the shortest seeds that authenticator apps show; those of RFC 4226 have 128. */
const LEAST_CHARACTERS = 16;
const isBase32 = (seed) => seed.length >= LEAST_CHARACTERS && /^[A-Z2-7]+$/.test(seed);

/** Base32 without padding (RFC 4648): the bits that fill up the last character are zero. */
function base32(bytes) {
  const bits = Array.from(bytes, (byte) => byte.toString(2).padStart(8, "0")).join("");
  const groups = bits.match(/.{1,5}/g);
  return groups.map((group) => ALPHABET[Number.parseInt(group.padEnd(5, "0"), 2)]).join("");
}

/** Cognito's seeds have 52 characters, of 32 bytes. */
const newSeed = () => base32(crypto.randomBytes(32));

function bytesOf(seed) {
  const bits = Array.from(seed, (character) =>
    ALPHABET.indexOf(character).toString(2).padStart(5, "0"),
  ).join("");
  return Buffer.from(bits.match(/.{8}/g).map((byte) => Number.parseInt(byte, 2)));
}

/** The code at a time in milliseconds since 1970. */
function totpAt(seed, time) {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(time / STEP_MS)));
  const hash = crypto.createHmac("sha1", bytesOf(seed)).update(counter).digest();
  const offset = hash[hash.length - 1] & 0xf;
  const number = hash.readUInt32BE(offset) & 0x7fffffff;
  return String(number % 1_000_000).padStart(6, "0");
}

module.exports = { STEP_MS, bytesOf, isBase32, newSeed, totpAt };
