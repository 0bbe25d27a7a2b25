"use strict";

// Distinct good tokens and one that comes again, one after the other and many at once: memory must stay flat.

const { CLIENT, POOL, idClaims, jwk, jwks, rsaPair, sign } = require("../../tools/testing/tokens");
const { createAuth } = require("../..");
const { expectFlat, usage } = require("../../tools/usage");

const COUNT = 1_000_000;
const TOKENS = 5_000;
const ABREAST = 50;

async function main() {
  const tokens = Array.from({ length: TOKENS }, (_, i) =>
    sign({ payload: idClaims({ jti: `${i}` }) }),
  );
  const auth = createAuth({
    userPoolId: POOL,
    clientId: CLIENT,
    keys: { jwks: jwks(jwk(rsaPair())) },
  });
  const start = performance.now();
  let before;
  for (let done = 0; done < COUNT; done += ABREAST) {
    // A half in a row, a half at once; more tokens than are remembered.
    const some = Array.from({ length: ABREAST }, (_, i) => tokens[(done + i) % TOKENS]);
    for (const token of some.slice(ABREAST / 2)) await auth.verifyToken(token);
    await Promise.all(some.slice(0, ABREAST / 2).map((token) => auth.verifyToken(token)));
    if (before === undefined && done >= COUNT / 2) before = usage();
  }
  const seconds = (performance.now() - start) / 1000;
  console.log(`${COUNT} verifications, ${seconds.toFixed(1)} s`);
  expectFlat(before);
}

main().catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
