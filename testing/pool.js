"use strict";

// createTestPool: the parts, put together.

const crypto = require("node:crypto");
const { createAttempts } = require("./attempts.js");
const { BOUNDS, BoundedMap, createLog } = require("./bounds.js");
const { createClock } = require("./clock.js");
const { createCodes } = require("./codes.js");
const { createFaults } = require("./faults.js");
const { createKeys } = require("./keys.js");
const { createLimits } = require("./limits.js");
const { NAMES } = require("./operations/index.js");
const { checkObject, checkUser, readCall, readOptions, readUser } = require("./options.js");
const { createPasskeys } = require("./passkeys.js");
const { checkPlace } = require("./place.js");
const { keysPath } = require("./protocol.js");
const { startServer } = require("./server.js");
const { createSessions } = require("./sessions.js");
const {
  AN_HOUR_AGO,
  foreignToken,
  forgeToken,
  makeToken,
  newSignIn,
  signClaims,
} = require("./tokens.js");
const { totpAt } = require("./totp.js");
const { unawaited } = require("./unawaited.js");
const { Users, makeStranger } = require("./users.js");

const REGION = "us-east-1";
/** As AWS's own examples have them: they are secret to nobody. */
const CREDENTIALS = {
  accessKeyId: "AKIAIOSFODNN7EXAMPLE",
  secretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
};

/** Variables that would lead an application elsewhere, if they are set already: empty, they count as not set. */
const CLEARED = [
  "AWS_PROFILE",
  "AWS_SESSION_TOKEN",
  "COGNITO_REGION",
  "COGNITO_CLIENT_SECRET",
  "COGNITO_STATE_KEY",
  "COGNITO_AUTH_FLOW",
  "COGNITO_ISSUER",
  "COGNITO_JWKS_URI",
  "AWS_MAX_ATTEMPTS",
  "AWS_RETRY_MODE",
];
/** The flow that the package has without a setting. */
const AUTH_FLOW = "ADMIN_NO_SRP_AUTH";

const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
const LOWER_CASE = "abcdefghijklmnopqrstuvwxyz0123456789";
const randomText = (alphabet, length) =>
  Array.from({ length }, () => alphabet[crypto.randomInt(alphabet.length)]).join("");

/** The options with their defaults, and what names the pool. */
function settingsFrom(options) {
  const settings = readOptions(options);
  checkPlace(settings);
  const userPoolId = `${REGION}_${randomText(LETTERS, 9)}`;
  const host = settings.updatedIssuer ? "issuer-cognito-idp" : "cognito-idp";
  return {
    ...settings,
    region: REGION,
    userPoolId,
    clientId: randomText(LOWER_CASE, 26),
    issuer: `https://${host}.${REGION}.amazonaws.com/${userPoolId}`,
  };
}

/** All that a pool consists of: nothing of it is shared with another. */
async function makeState(options) {
  const settings = settingsFrom(options);
  const clock = createClock();
  const users = new Users({ settings, clock });
  const outbox = createLog(BOUNDS.outbox);
  for (const [index, user] of settings.users.entries())
    addUser(users, user, `createTestPool: users[${index}]`, settings);
  return {
    settings,
    clock,
    users,
    outbox,
    requests: createLog(BOUNDS.requests, BOUNDS.requestBytes),
    origins: new BoundedMap(BOUNDS.signIns),
    refreshTokens: new BoundedMap(BOUNDS.refreshTokens),
    proofs: new BoundedMap(BOUNDS.proofs),
    groups: new Map(),
    startedAt: clock.now(),
    saltKey: crypto.randomBytes(32),
    pageKey: crypto.randomBytes(32),
    attempts: createAttempts({ clock, users }),
    codes: createCodes({ clock, outbox }),
    faults: createFaults(NAMES),
    limits: createLimits({ clock, settings }),
    passkeys: createPasskeys({ clock, settings }),
    sessions: createSessions({ clock, settings, users }),
    keys: await createKeys(),
  };
}

function addUser(users, user, place, settings) {
  checkObject(user, `${place}: the user is`);
  const { username } = readUser(user, place, settings);
  if (users.has(username)) throw new TypeError(`${place}: there is a user "${username}" already`);
  users.set(username, user);
}

/**
 * The options of createAuth for this pool: all that variables could say otherwise. Without USER_POOL_ID they belong to the pool of an
 * option.
 */
function authOptions(settings) {
  const { region, userPoolId, clientId, clientSecret = null, issuer, endpoint } = settings;
  return {
    region,
    userPoolId,
    clientId,
    clientSecret,
    authFlow: AUTH_FLOW,
    stateKey: null,
    issuer,
    jwksUri: endpoint + keysPath(userPoolId),
    endpoint,
    credentials: { ...CREDENTIALS },
  };
}

/** The same for verification with the keys of now. */
const offlineOptions = (settings, jwks) => {
  const { credentials, ...options } = authOptions(settings);
  return { ...options, keys: { jwks } };
};

function environmentOf(settings) {
  const { region, userPoolId, clientId, clientSecret, updatedIssuer, issuer, endpoint } = settings;
  return {
    ...Object.fromEntries(CLEARED.map((name) => [name, ""])),
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
    AWS_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey,
    AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER: endpoint,
    AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: "false",
    // A call with such an endpoint and one of its own fails.
    AWS_USE_FIPS_ENDPOINT: "false",
    AWS_USE_DUALSTACK_ENDPOINT: "false",
    USER_POOL_ID: userPoolId,
    COGNITO_CLIENT_ID: clientId,
    ...(clientSecret && { COGNITO_CLIENT_SECRET: clientSecret }),
    ...(updatedIssuer && { COGNITO_ISSUER: issuer }),
  };
}

/** The user whom a test means, as the user is now: by name, given as one, or the first of the pool. */
function userMeant({ users, settings }, user) {
  if (user === undefined) return users.values().next().value ?? makeStranger("user", settings);
  if (typeof user === "string") return users.named(user) ?? makeStranger(user, settings);
  const place = "the token's user";
  const { username } = readUser(user, place, settings);
  const { sub } = (users.get(username) ?? makeStranger(username, settings)).attributes;
  return readUser({ ...user, attributes: { sub, ...user.attributes } }, place, settings);
}

/** The functions of a pool. */
function functionsOf(state) {
  const { clock, users, keys, faults, settings } = state;
  /** A token of a sign-in of its own. */
  const tokenOf = (make, given) => {
    const user = userMeant(state, given);
    checkUser(user, settings);
    return make(user, newSignIn(state, user));
  };
  const token = (use) => (given, change) =>
    tokenOf((user, signIn) => makeToken(state, use, user, signIn, change), given);
  /** Claims for a token that has none to choose would be lost without a word. */
  const userAlone = (name, make) => (user, change) => {
    if (typeof change === "object" && change !== null) {
      throw new TypeError(`${name}: takes a user alone. Claims are changed by idToken and sign`);
    }
    return make(user);
  };
  return {
    jwks: () => keys.jwks(),
    idToken: token("id"),
    accessToken: token("access"),
    expiredToken: userAlone("expiredToken", (user) =>
      token("id")(user, { expiresIn: AN_HOUR_AGO }),
    ),
    foreignToken: userAlone("foreignToken", (user) =>
      tokenOf((...of) => foreignToken(state, ...of), user),
    ),
    forgedToken: userAlone("forgedToken", (user) =>
      tokenOf((...of) => forgeToken(state, ...of), user),
    ),
    sign(claims, options) {
      checkObject(claims, "sign: the claims are");
      return signClaims(state, claims, readCall("sign", options));
    },
    addUser: (user) => addUser(users, user, "addUser", settings),
    totp(name) {
      const user = users.named(name);
      const seed = user && (users.recordOf(user).offeredSeed ?? user.totpSecret);
      if (seed === undefined) throw new TypeError(`totp: "${name}" has no authenticator app`);
      return totpAt(seed, clock.now());
    },
    rotateKeys: async (options) => keys.rotate(readCall("rotateKeys", options).fresh ?? false),
    advance: (seconds) => clock.advance(seconds),
    down: (what, how) => faults.down(what, how),
    up(what) {
      if (what !== undefined) throw new TypeError("up: ends all outages, and takes no argument");
      faults.up();
    },
    failNext: (...fault) => faults.failNext(...fault),
  };
}

async function startPool(options) {
  const state = await makeState(options);
  const stopServer = await startServer(state);
  const { settings, users, outbox, requests, keys } = state;
  const { userPoolId, clientId, clientSecret, issuer, endpoint } = settings;
  let stopped;
  const whileRunning = ([name, call]) => [
    name,
    (...args) => {
      if (stopped) throw new Error(`${name}: this test pool has been stopped`);
      return call(...args);
    },
  ];
  /** A function that returns a promise rejects. */
  const rejecting =
    (call) =>
    async (...args) =>
      call(...args);
  const stop = () => {
    stopped ??= stopServer();
    return stopped;
  };
  const functions = Object.fromEntries(Object.entries(functionsOf(state)).map(whileRunning));
  return {
    options: authOptions(settings),
    environment: environmentOf(settings),
    get offline() {
      return offlineOptions(settings, keys.jwks());
    },
    userPoolId,
    clientId,
    ...(clientSecret && { clientSecret }),
    issuer,
    endpoint,
    users,
    outbox: outbox.list,
    requests: requests.list,
    ...functions,
    rotateKeys: rejecting(functions.rotateKeys),
    stop,
    // Since Node.js 20.4.
    ...(Symbol.asyncDispose && { [Symbol.asyncDispose]: stop }),
  };
}

const createTestPool = (options) => unawaited(startPool(options));

module.exports = { createTestPool };
