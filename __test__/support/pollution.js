"use strict";

// What a process of its own plays under a polluted prototype: calls of every kind, and how each must end.

const fs = require("node:fs");
const path = require("node:path");
const {
  CLIENT,
  POOL,
  accessClaims,
  idClaims,
  jwk,
  jwks,
  rsaPair,
  sign,
} = require("../../tools/testing/tokens.js");
const ROOT = require("../../tools/root");
const { packageModules } = require("../../tools/sources");

/** Names that JavaScript itself looks for, beside those in our sources. */
const LANGUAGE = {
  descriptors: ["get", "set", "value", "writable", "enumerable", "configurable"],
  protocols: ["toJSON", "then", "done", "next", "return", "raw", "length", "index"],
  indices: ["0", "1", "2", "63", "64"],
  symbols: [Symbol.iterator, Symbol.toPrimitive, Symbol.toStringTag, Symbol.species],
};

const COMMENTS = /^\s*(?:\/\/.*|\/\*[\s\S]*?\*\/)$/gm;

/** Lists in one text, in generated tables: hundreds of names that are values, and that no code reads as members. */
const LISTS = /(?<=^ {2}\w+: )"[^"]* [^"]*"(?=,$)/gm;

/** Every word in our JavaScript, and so each name that it can read: a superset that no new code escapes. */
function namesInSources() {
  const words = packageModules().flatMap((file) => {
    const source = fs
      .readFileSync(path.join(ROOT, file), "utf8")
      .replace(COMMENTS, "")
      .replace(LISTS, "");
    return [
      ...(source.match(/[A-Za-z_$][\w$]*/g) ?? []),
      ...(source.match(/(?<=")[\w-]+(?=")/g) ?? []),
    ];
  });
  return [...new Set(words)].filter((name) => !(name in Object.prototype)).sort();
}

/** What stands in the place of a polluted name. `evil` is whatever an attacker would like to be read there. */
function kindsOf(evil, url) {
  const value = (one) => ({ value: one, writable: true });
  return {
    text: value(url),
    object: value(evil),
    list: value(["another"]),
    null: value(null),
    function: value(() => evil),
    getter: { get: () => evil },
    "getter that throws": {
      get() {
        throw new Error("polluted");
      },
    },
  };
}

/** The calls, in the order in which they are made. All that they need is made here, before anything is polluted. */
function scenario({ AuthError, answerTo, createAuth, login, verifyToken }) {
  const evilKeys = jwks(jwk(rsaPair("attacker")));
  const forged = sign({ key: rsaPair("attacker").privateKey });
  const good = sign({ payload: idClaims({ "cognito:groups": ["users"], nested: { a: [1] } }) });
  const foreign = sign({ payload: accessClaims({ client_id: "another" }) });
  const expired = sign({ payload: idClaims({ exp: 5 }) });
  const options = { userPoolId: POOL, clientId: CLIENT, keys: { jwks: jwks(jwk(rsaPair())) } };
  const before = createAuth(options);
  const request = (token, others) => ({ headers: { authorization: `Bearer ${token}` }, ...others });
  const raised = AbortSignal.abort();
  const authorizer = before.lambdaAuthorizer();
  const event = { ...request(good), version: "2.0", routeArn: "a/b/c" };
  const expiredError = Object.assign(new AuthError("x"), { reason: "token-expired", status: 401 });
  const batch = (auth, ...tokens) =>
    tokens.map((token) => outcomeOf(() => auth.verifyToken(token)));
  const verdictOn = async (given, options) => {
    const who = await before.authenticate(given, options);
    const names = ["ok", "reason", "status", "headers", "body", "source"];
    const own = (name) => (Object.hasOwn(who, name) ? who[name] : undefined);
    return [...names.map(own), Object.keys(who)];
  };
  const calls = {
    "a forged token": () => before.verifyToken(forged),
    "a forged token, verified by a new Auth": () => createAuth(options).verifyToken(forged),
    "a good token": () => createAuth(options).verifyToken(good),
    "an expired token": () => createAuth(options).verifySync(expired),
    "an access token of another client": () => createAuth(options).verifyToken(foreign),
    "a policy without groups": () => createAuth(options).verify(foreign, { clockTolerance: 1 }),
    "a policy with groups": () => createAuth(options).verify(good, { groups: ["admins"] }),
    "a token with a signal": () =>
      before.verifyToken(forged, { signal: new AbortController().signal }),
    "a token with a policy that is not looked at": () =>
      before.verifyToken(good, { groups: "admins" }),
    "tokens of one turn": async () => {
      let reasons = "";
      for (const outcome of batch(before, forged, forged, expired, foreign, forged)) {
        reasons += `${(await outcome).error?.reason} `;
      }
      return reasons;
    },
    "wrong arguments": () => before.createCognitoUser(undefined, 5),
    "a raised signal": () => before.login("a", "b", { signal: raised }),
    "an unknown option": () => createAuth({ regoin: "x" }),
    "a policy that is undefined": () => createAuth({ verify: { groups: undefined } }),
    "half of the credentials": () => createAuth({ credentials: { accessKeyId: "a" } }),
    "a request with a good token": () => verdictOn(request(good), { groups: "users" }),
    "a request with a forged token": () => verdictOn(request(forged), { realm: "x" }),
    "a request without a token": () => verdictOn({ headers: {}, rawHeaders: ["a", "b"] }, {}),
    "a request of another site": () =>
      verdictOn(
        {
          method: "POST",
          headers: { cookie: `id=${good}`, origin: "https://a.example", host: "b" },
        },
        { cookie: "id" },
      ),
    "an authorizer's event": async () => {
      const { isAuthorized, context } = await authorizer(event);
      return [isAuthorized, context.sub, context.username];
    },
    "an answer to an error": () => [answerTo(new Error("x")).body, answerTo(expiredError).body],
    "a sign-in": () => login("theseus", "Labyrinth-S3CRET"),
    "a forged token, verified after it": () => verifyToken(forged),
  };
  const evil = {
    ...evilKeys,
    jwks: evilKeys,
    use: "any",
    clientId: null,
    anyClient: true,
    accessKeyId: "AKIDEVIL",
    secretAccessKey: "evil",
    userPoolId: "us-east-1_Evil",
    endpoint: process.env.ATTACKER,
    value: { evil: true },
    failure: { name: "Evil", message: "evil" },
  };
  return { calls, evil, resolvesToObject: /^(a good token|a request |an (authorizer|answer))/ };
}

/** What became of a call, with as much of an error as the application can see. */
function described({ error, value }) {
  // The time of an answer is each call's own.
  if (error === undefined)
    return JSON.stringify(value)?.replace(/"expiresAt":\d+/, '"expiresAt":0');
  const own = (name) => Object.getOwnPropertyDescriptor(error, name)?.value;
  const names = [
    "name",
    "reason",
    "status",
    "message",
    "hint",
    "code",
    "stage",
    "statusCode",
    "retryable",
  ];
  return JSON.stringify([error instanceof Error, ...names.map(own), String(own("cause")?.message)]);
}

async function outcomeOf(call) {
  const outcome = { __proto__: null, error: undefined, value: undefined };
  try {
    outcome.value = await call();
  } catch (error) {
    outcome.error = error ?? new Error("nothing was thrown");
  }
  return outcome;
}

/** Plays all calls while `prototype[name]` is defined so. */
async function playPolluted(
  { calls, resolvesToObject, atOnce = false },
  prototype,
  name,
  descriptor,
) {
  // A promise that is resolved with any object is resolved by a `then` of Object.prototype: nothing can prevent that.
  const isDecided = (call) => name === "then" && resolvesToObject.test(call);
  const names = Object.keys(calls).filter((call) => !isDecided(call));
  const outcomes = { __proto__: null };
  const defined = { __proto__: null, ...descriptor, configurable: true, enumerable: true };
  Object.defineProperty(prototype, name, defined);
  try {
    const begun = { __proto__: null };
    for (const call of names) {
      begun[call] = outcomeOf(calls[call]);
      if (!atOnce) await begun[call];
    }
    for (const call of names) outcomes[call] = await begun[call];
  } finally {
    delete prototype[name];
  }
  return Object.fromEntries(names.map((call) => [call, described(outcomes[call])]));
}

/**
 * Plays a scenario and prints a line of JSON: each case in which a call did not end as it does without pollution, as
 * `[prototype, name, kind, call, outcome]`, and how many cases there were.
 */
async function main(played) {
  const clean = await playPolluted(played, { __proto__: null }, "x", { value: 1 });
  const kinds = kindsOf(played.evil, process.env.ATTACKER);
  const names = [...namesInSources(), ...Object.values(LANGUAGE).flat()];
  const differences = [];
  let cases = 0;
  const isNew = (name) => !(name in Array.prototype);
  const all = [
    ["Object", Object.prototype, names],
    ["Array", Array.prototype, Object.values(LANGUAGE).flat().filter(isNew)],
  ];
  for (const [owner, prototype, polluted] of all) {
    for (const name of polluted) {
      for (const kind of played.kinds ?? Object.keys(kinds)) {
        const descriptor = kinds[kind];
        const outcomes = await playPolluted(played, prototype, name, descriptor);
        cases += 1;
        for (const call of Object.keys(outcomes)) {
          if (outcomes[call] === clean[call]) continue;
          differences.push([owner, String(name), kind, call, outcomes[call]]);
        }
      }
    }
  }
  console.log(JSON.stringify({ cases, clean, differences }));
}

if (require.main === module) main(scenario(require(ROOT)));

module.exports = { LANGUAGE, main, namesInSources };
