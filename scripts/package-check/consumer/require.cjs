"use strict";

// What an application does first: prints what it saw, as JSON.

const assert = require("node:assert");
const auth = require("cognito-auth-native");
const { options, token } = require("./fixture.json");

async function main() {
  const made = auth.createAuth(options);
  // By what name each is exported, and the name that loggers show.
  const namesOf = (object) => Object.entries(object).map(([key, { name }]) => [key, name]);
  const { users, groups, ...functions } = made;
  const methods = [functions, users, groups, made.account(token)].flatMap(namesOf);
  const names = { exports: namesOf(auth), methods };
  const claims = await made.verifyToken(token);
  assert.deepStrictEqual(claims, made.verifySync(token));
  const refusal = await made.verifyToken(`${token}x`).catch((error) => error);
  assert(refusal instanceof auth.JsonWebTokenError);
  console.log(JSON.stringify({ names, sub: claims.sub, node: process.version }));
}

main();
