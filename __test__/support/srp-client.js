"use strict";

// An SRP client for the test pool: the client's side of SRP-6a with plain big integers, written apart from the pool's side and
// from the addon's.

const crypto = require("node:crypto");

const N = BigInt(`0x${crypto.getDiffieHellman("modp15").getPrime("hex")}`);
const MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");
const DAYS = "Sun Mon Tue Wed Thu Fri Sat".split(" ");

/** With a 00 in front if the top bit is set: the sign of Java's BigInteger. */
function bytes(number) {
  const digits = number.toString(16);
  const padded = digits.padStart(2 * Math.ceil(digits.length / 2), "0");
  return Buffer.from(Number.parseInt(padded.slice(0, 2), 16) > 127 ? `00${padded}` : padded, "hex");
}
const big = (buffer) => BigInt(`0x${buffer.toString("hex")}`);
const sha = (...parts) => crypto.createHash("sha256").update(Buffer.concat(parts)).digest();
const mac = (key, ...parts) =>
  crypto.createHmac("sha256", key).update(Buffer.concat(parts)).digest();

function modPow(base, exponent) {
  let [result, factor] = [1n, ((base % N) + N) % N];
  for (const bit of exponent.toString(2).split("").reverse()) {
    if (bit === "1") result = (result * factor) % N;
    factor = (factor * factor) % N;
  }
  return result;
}

/** `Tue Nov 3 09:05:07 UTC 2026` */
function timestampOf(date) {
  const [hours, minutes, seconds] = [
    date.getUTCHours(),
    date.getUTCMinutes(),
    date.getUTCSeconds(),
  ].map((part) => String(part).padStart(2, "0"));
  const day = `${DAYS[date.getUTCDay()]} ${MONTHS[date.getUTCMonth()]} ${date.getUTCDate()}`;
  return `${day} ${hours}:${minutes}:${seconds} UTC ${date.getUTCFullYear()}`;
}

/** The responses to PASSWORD_VERIFIER, from the secret that the client has. */
function responsesFrom(poolName, { USER_ID_FOR_SRP, SECRET_BLOCK }, { u, S, date }) {
  const prk = mac(bytes(u), bytes(S));
  const key = mac(prk, Buffer.from("Caldera Derived Key\x01")).subarray(0, 16);
  const TIMESTAMP = typeof date === "string" ? date : timestampOf(date);
  const parts = [Buffer.from(poolName + USER_ID_FOR_SRP), Buffer.from(SECRET_BLOCK, "base64")];
  return {
    USERNAME: USER_ID_FOR_SRP,
    TIMESTAMP,
    PASSWORD_CLAIM_SECRET_BLOCK: SECRET_BLOCK,
    PASSWORD_CLAIM_SIGNATURE: mac(key, ...parts, Buffer.from(TIMESTAMP)).toString("base64"),
  };
}

/** A client with an exponent of its own: `srpA` in hex, and `answer(parameters, password)`, the responses to PASSWORD_VERIFIER. */
function createSrpClient({ userPoolId }, a = big(crypto.randomBytes(128))) {
  const A = modPow(2n, a);
  const poolName = userPoolId.split("_")[1];
  return {
    srpA: A.toString(16),
    answer(parameters, password, date = new Date()) {
      const { USER_ID_FOR_SRP, SALT, SRP_B } = parameters;
      const B = BigInt(`0x${SRP_B}`);
      const u = big(sha(bytes(A), bytes(B)));
      const k = big(sha(bytes(N), bytes(2n)));
      const inner = sha(Buffer.from(`${poolName + USER_ID_FOR_SRP}:${password}`));
      const x = big(sha(bytes(BigInt(`0x${SALT}`)), inner));
      const S = modPow(B - k * modPow(2n, x), a + u * x);
      return responsesFrom(poolName, parameters, { u, S, date });
    },
  };
}

/** Without the password: who sends a multiple of N knows the secret, unless it is refused (RFC 5054, section 2.5.4). */
function createForger({ userPoolId }, multiple) {
  const A = multiple * N;
  return {
    srpA: A.toString(16),
    answer(parameters, _password, date) {
      const u = big(sha(bytes(A), bytes(BigInt(`0x${parameters.SRP_B}`))));
      return responsesFrom(userPoolId.split("_")[1], parameters, { u, S: 0n, date });
    },
  };
}

module.exports = { createForger, createSrpClient };
