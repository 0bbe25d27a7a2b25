"use strict";

// The examples for frameworks in docs/: which there are, what each must answer, and how one is run. The program is run in a folder
// where the package and the frameworks are installed.

const assert = require("node:assert");
const fs = require("node:fs");
const path = require("node:path");
const { failure, startServiceServer } = require("../testing/service-server");
const { startJwksServer } = require("../testing/jwks-server");
const { CLIENT, POOL, REGION, idClaims, jwk, now, rsaPair, sign } = require("../testing/tokens");
const { blocksOf } = require("../docs/blocks.js");

const REQUESTS = "docs/requests.md";
const FRAMEWORKS = "docs/frameworks.md";
const LAMBDA = "docs/lambda.md";
const README = "README.md";

const { sub } = idClaims();
const CHALLENGE = 'Bearer realm="api"';
const MISSING = { status: 401, challenge: CHALLENGE, message: "The request carries no token" };
const EXPIRED = {
  status: 401,
  challenge: `${CHALLENGE}, error="invalid_token", error_description="The token has expired"`,
  message: "The token has expired",
};

/** What the examples that protect routes answer: without a token, with a good one, with an expired one. */
const PROTECTED = {
  none: MISSING,
  good: { status: 200, challenge: null, sub },
  expired: EXPIRED,
};

/** Where the user is known or not, and everybody is let in. */
const OPTIONAL = { ...PROTECTED, none: { status: 200, challenge: null } };

/** Where the framework has no place for a challenge. */
const UNCHALLENGED = {
  ...PROTECTED,
  none: { ...MISSING, challenge: null },
  expired: { ...EXPIRED, challenge: null },
};

/** Where the client is told the status alone. */
const STATUS = {
  ...PROTECTED,
  none: { status: 401, challenge: null },
  expired: { status: 401, challenge: null },
};

/** Where the answer has other claims than `sub`. */
const NAMED = { ...PROTECTED, good: { status: 200, challenge: null } };

/** Where the answer is a text. */
const GREETED = { ...PROTECTED, good: { ...NAMED.good, message: `Hello ${sub}` } };

const UPGRADED = { ...PROTECTED, good: { status: 101, challenge: null, sub } };

/** What the error handlers answer for a sign-in that fails in Cognito. */
const ANSWERED = {
  "wrong-password": {
    status: 401,
    challenge: null,
    message: "The user name or the password is wrong",
  },
  throttled: {
    status: 429,
    challenge: null,
    retryAfter: "1",
    message: "Too many requests: try again later",
  },
  denied: { status: 500, challenge: null, message: "The server failed" },
};

const DENIED = `User: arn:aws:iam::123456789012:user/x is not authorized to perform: cognito-idp:AdminInitiateAuth`;

/** Cognito's failures, by the name of the user who signs in. */
const FAILURES = {
  "wrong-password": failure("NotAuthorizedException", "Incorrect username or password."),
  throttled: failure("TooManyRequestsException", "Rate exceeded"),
  denied: failure("AccessDeniedException", DENIED),
};

const NEST = [
  "@nestjs/common",
  "@nestjs/core",
  "@nestjs/platform-express",
  "reflect-metadata",
  "rxjs",
];

/**
 * `name` is the program's for it; `heading` has the example's blocks below it; `packages` is what it needs beside this package, and
 * `answers` what is expected. `inWorld`: it runs in check:world, for its packages are large.
 */
const RECIPES = [
  { name: "node", heading: "Requests", packages: [], answers: GREETED },
  { name: "express", heading: "Express", packages: ["express"], answers: PROTECTED },
  {
    name: "express-4",
    heading: "Express",
    packages: ["express-4"],
    answers: PROTECTED,
    inWorld: true,
  },
  { name: "fastify", heading: "Fastify", packages: ["fastify"], answers: PROTECTED },
  { name: "hono", heading: "Hono", packages: ["hono", "@hono/node-server"], answers: PROTECTED },
  { name: "koa", heading: "Koa", packages: ["koa"], answers: PROTECTED },
  {
    name: "fetch-handler",
    heading: "Next.js, SvelteKit, Remix, Astro",
    packages: ["@hono/node-server"],
    answers: PROTECTED,
  },
  {
    name: "lambda",
    heading: "AWS Lambda, without an authorizer",
    packages: [],
    answers: PROTECTED,
  },
  {
    name: "nest",
    heading: "NestJS",
    packages: NEST,
    answers: PROTECTED,
    inWorld: true,
  },
  {
    name: "yoga",
    heading: "GraphQL Yoga",
    packages: ["graphql-yoga", "graphql"],
    answers: OPTIONAL,
    inWorld: true,
  },
  {
    name: "trpc",
    heading: "tRPC",
    packages: ["@trpc/server"],
    answers: UNCHALLENGED,
    inWorld: true,
  },
  { name: "ws", heading: "WebSockets with ws", packages: ["ws"], answers: UPGRADED },
  {
    name: "socket.io",
    heading: "Socket.IO",
    packages: ["socket.io"],
    answers: STATUS,
    inWorld: true,
  },
  ...[
    { name: "express", heading: "Express 5", packages: ["express"] },
    { name: "fastify", heading: "Fastify", packages: ["fastify"] },
    { name: "koa", heading: "Koa", packages: ["koa"] },
    { name: "hono", heading: "Hono", packages: ["hono", "@hono/node-server"] },
    {
      name: "nest",
      heading: "NestJS",
      packages: NEST,
      inWorld: true,
    },
  ].map((one) => ({
    ...one,
    name: `${one.name}-errors`,
    document: FRAMEWORKS,
    answers: ANSWERED,
  })),
  { name: "node-errors", heading: "What is answered", packages: [], answers: ANSWERED },
  {
    name: "lambda-errors",
    document: LAMBDA,
    heading: "A handler",
    packages: [],
    answers: ANSWERED,
  },
  {
    name: "readme",
    document: README,
    heading: "A sign-in and a protected route",
    packages: ["express"],
    answers: NAMED,
  },
  {
    name: "readme-errors",
    document: README,
    heading: "A sign-in and a protected route",
    packages: ["express"],
    answers: ANSWERED,
  },
].map((recipe) => ({ document: REQUESTS, inWorld: false, ...recipe }));

/** The blocks of JavaScript between a heading and the next one. */
function blocksUnder(document, heading) {
  const blocks = blocksOf(document).filter((block) => block.heading === heading);
  if (blocks.length === 0) throw new Error(`${document}: ${heading} has no JavaScript`);
  return blocks.map(({ code }) => code);
}

/** Throws unless what the program printed, for each case a list of answers, is what is expected. */
function checkAnswers({ answers: expected }, output) {
  const answers = JSON.parse(output.trim().split("\n").at(-1));
  const all = Object.entries(expected).map(([input, answer]) => [
    input,
    (answers[input] ?? [undefined]).map(() => answer),
  ]);
  assert.deepStrictEqual(answers, Object.fromEntries(all));
}

/** The files of the program, by their names. */
function programFiles() {
  const folder = path.join(__dirname, "program");
  return Object.fromEntries(
    fs.readdirSync(folder).map((name) => [name, fs.readFileSync(path.join(folder, name), "utf8")]),
  );
}

/**
 * Starts what the examples need: keys, and a Cognito whose sign-ins fail. `environmentFor(recipe)` has the variables for the
 * program `play.cjs`, which prints for each case a list of answers.
 */
async function startWorld() {
  const keys = await startJwksServer(jwk(rsaPair()));
  const service = await startServiceServer();
  service.always("AdminInitiateAuth", ({ body }) => FAILURES[body.AuthParameters.USERNAME]);
  const tokens = {
    none: null,
    good: sign(),
    expired: sign({ payload: idClaims({ exp: now() - 5 }) }),
  };
  const environment = {
    AWS_REGION: REGION,
    AWS_ACCESS_KEY_ID: "AKIDEXAMPLE",
    AWS_SECRET_ACCESS_KEY: "wJalrXUtnFEMI",
    AWS_ENDPOINT_URL: service.endpoint,
    AWS_MAX_ATTEMPTS: "1",
    USER_POOL_ID: POOL,
    COGNITO_CLIENT_ID: CLIENT,
    COGNITO_JWKS_URI: keys.url,
  };
  const users = Object.fromEntries(Object.keys(FAILURES).map((user) => [user, user]));
  /** What is sent in place of a token, by the case's name. */
  const inputsFor = ({ answers }) => (answers === ANSWERED ? users : tokens);
  return {
    environment,
    tokens,
    environmentFor(recipe) {
      const { name, document, heading } = recipe;
      const task = { name, blocks: blocksUnder(document, heading), inputs: inputsFor(recipe) };
      return { ...environment, RECIPE: JSON.stringify(task) };
    },
    async stop() {
      await keys.stop();
      await service.stop();
    },
  };
}

module.exports = {
  FRAMEWORKS,
  PROTECTED,
  RECIPES,
  REQUESTS,
  blocksUnder,
  checkAnswers,
  programFiles,
  startWorld,
};
