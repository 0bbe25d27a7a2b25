"use strict";

// What an application does first: prints what it saw, as JSON.

const assert = require("node:assert");
const auth = require("cognito-auth-native");
const { options, token } = require("./fixture.json");

async function main() {
  const names = Object.keys(auth).sort();
  const made = auth.createAuth(options);
  const claims = await made.verifyToken(token);
  assert.deepStrictEqual(claims, made.verifySync(token));
  const refusal = await made.verifyToken(`${token}x`).catch((error) => error);
  assert(refusal instanceof auth.JsonWebTokenError);
  console.log(JSON.stringify({ names, sub: claims.sub, node: process.version }));
}

main();
