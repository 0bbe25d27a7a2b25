"use strict";

// The application in front of a test pool: no emulator, no network. Run it with `node --test examples/turn-based-game/app.test.js`.

const assert = require("node:assert/strict");
const { after, before, beforeEach, describe, test } = require("node:test");
const { createTestPool } = require("cognito-auth-native/testing.js");

const PASSWORD = "Labyrinth1";
const PHONES = { theseus: "+14155550101", ariadne: "+14155550102", minotaur: "+14155550103" };

let pool;
let server;
let messages;

before(async () => {
  pool = await createTestPool({
    users: Object.entries(PHONES).map(([username, phone_number]) => ({
      username,
      password: PASSWORD,
      attributes: { phone_number },
    })),
  });
  // Not later: the application and the package may read the environment as they are loaded.
  Object.assign(process.env, pool.environment);
  const { createApp } = require("./app");
  const sendMessage = (phoneNumber, text) => messages.push({ phoneNumber, text });
  server = createApp({ sendMessage }).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
});
after(async () => {
  server.close();
  server.closeAllConnections();
  await pool.stop();
});
beforeEach(() => {
  messages = [];
});

/** Sends a request with this player's token, or with any other token. Resolves to `{ status, body }`. */
async function ask(route, body, { as, token = as && pool.idToken(as) } = {}) {
  const [method, path] = route.split(" ");
  const response = await fetch(`http://127.0.0.1:${server.address().port}${path}`, {
    method,
    headers: { "content-type": "application/json", ...(token && { authorization: token }) },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });
  return { status: response.status, body: await response.json() };
}

/** The message of a request that fails. The tutorial answers every failure with 400. */
async function refusal(...request) {
  const { status, body } = await ask(...request);
  assert.deepEqual([status, Object.keys(body)], [400, ["message"]]);
  return body.message;
}

describe("users", () => {
  const MINOS = {
    username: "minos",
    password: PASSWORD,
    email: "minos@example.com",
    phoneNumber: "+14155550104",
  };

  test("register once, and sign in", async () => {
    const { password: _, ...user } = MINOS;
    assert.deepEqual(await ask("POST /users", MINOS), { status: 200, body: user });
    assert.equal(await refusal("POST /users", MINOS), "User already exists");
    const { body } = await ask("POST /login", { username: "minos", password: PASSWORD });
    const started = await ask("POST /games", { opponent: "theseus" }, { token: body.idToken });
    assert.equal(started.body.user1, "minos");
  });

  test("choose a password that the pool accepts", async () => {
    const weak = { ...MINOS, username: "daedalus", password: "labyrinth1" };
    assert.match(await refusal("POST /users", weak), /must have uppercase characters$/);
    assert.equal(pool.users.has("daedalus"), false);
  });

  test("do not sign in with a wrong password, and not while they are disabled", async () => {
    const wrong = { username: "theseus", password: "Labyrinth2" };
    assert.equal(await refusal("POST /login", wrong), "Incorrect username or password.");
    pool.users.get("theseus").enabled = false;
    assert.equal(
      await refusal("POST /login", { username: "theseus", password: PASSWORD }),
      "User is disabled.",
    );
    pool.users.get("theseus").enabled = true;
  });

  const WRONG = [
    ["POST /users", {}, '"username" is required'],
    ["POST /users", { ...MINOS, email: "minos" }, '"email" must be an e-mail address'],
    ["POST /users", { ...MINOS, username: 5 }, '"username" must be a string'],
    ["POST /login", { username: "theseus" }, '"password" is required'],
    ["POST /login", [], "The request body must be a JSON object"],
    ["POST /login", `{"password":"${PASSWORD}`, "The request body is not valid JSON"],
  ];
  for (const [route, body, message] of WRONG) {
    test(`${route} ${JSON.stringify(body)}: ${message}`, async () => {
      const before = pool.requests.length;
      assert.equal(await refusal(route, body), message);
      assert.equal(pool.requests.length, before);
    });
  }
});

describe("who may play", () => {
  const TOKENS = {
    none: [() => undefined, "jwt must be provided"],
    "an expired one": [() => pool.expiredToken("theseus"), "jwt expired"],
    "a forged one": [() => pool.forgedToken("theseus"), "invalid signature"],
  };
  for (const [name, [make, message]] of Object.entries(TOKENS)) {
    test(`a token: ${name}`, async () => {
      const token = make();
      assert.equal(await refusal("POST /games", { opponent: "ariadne" }, { token }), message);
    });
  }

  test("a token of another pool, and an access token", async () => {
    for (const token of [pool.foreignToken("theseus"), pool.accessToken("theseus")]) {
      await refusal("POST /games", { opponent: "ariadne" }, { token });
    }
    assert.deepEqual(messages, []);
  });

  test("an opponent must exist, and be somebody else", async () => {
    const asTheseus = { as: "theseus" };
    assert.equal(
      await refusal("POST /games", { opponent: "nobody" }, asTheseus),
      "User does not exist.",
    );
    assert.equal(
      await refusal("POST /games", { opponent: "theseus" }, asTheseus),
      "You cannot play against yourself",
    );
  });
});

describe("a game", () => {
  const start = async () =>
    (await ask("POST /games", { opponent: "ariadne" }, { as: "theseus" })).body;
  const move = (gameId, as, changedHeap, changedHeapValue) => [
    `POST /games/${gameId}`,
    { changedHeap, changedHeapValue },
    { as },
  ];

  test("is played to its end, and both are told", async () => {
    const { gameId, ...game } = await start();
    assert.deepEqual(game, {
      user1: "theseus",
      user2: "ariadne",
      heap1: 5,
      heap2: 4,
      heap3: 5,
      lastMoveBy: "theseus",
    });
    assert.deepEqual(
      messages.map(({ phoneNumber }) => phoneNumber),
      [PHONES.ariadne],
    );
    assert.match(messages[0].text, new RegExp(`theseus invites you .* ${gameId}`));
    for (const [player, heap] of [
      ["ariadne", "heap1"],
      ["theseus", "heap2"],
      ["ariadne", "heap3"],
    ]) {
      assert.equal((await ask(...move(gameId, player, heap, 0))).status, 200);
    }
    assert.deepEqual(messages.slice(-2), [
      { phoneNumber: PHONES.ariadne, text: "You lost to theseus at Nim." },
      { phoneNumber: PHONES.theseus, text: "You beat ariadne at Nim!" },
    ]);
    const { body } = await ask(`GET /games/${gameId}`);
    assert.deepEqual([body.heap1, body.heap2, body.heap3], [0, 0, 0]);
    assert.equal(await refusal(...move(gameId, "theseus", "heap1", 0)), "This game is over");
  });

  test("is moved in turn, by its players, downwards", async () => {
    const { gameId } = await start();
    assert.equal(await refusal(...move(gameId, "theseus", "heap1", 0)), "It is not your turn");
    assert.match(await refusal(...move(gameId, "minotaur", "heap1", 0)), /not a player/);
    assert.match(await refusal(...move(gameId, "ariadne", "heap1", 5)), /smaller than 5/);
    assert.match(await refusal(...move(gameId, "ariadne", "heap4", 0)), /must be one of heap1/);
    assert.equal(await refusal("GET /games/none"), "There is no such game");
    assert.equal(await refusal("GET /"), "There is no GET /");
  });
});

describe("when Cognito fails", () => {
  const SIGN_IN = { username: "theseus", password: PASSWORD };
  const signIns = () =>
    pool.requests.filter(({ operation }) => operation === "AdminInitiateAuth").length;

  test("a throttled sign-in is repeated", async () => {
    const before = signIns();
    pool.failNext("AdminInitiateAuth", "TooManyRequestsException", "Rate exceeded");
    assert.equal((await ask("POST /login", SIGN_IN)).status, 200);
    assert.equal(signIns() - before, 2);
  });

  test("an outage ends in an answer", async () => {
    pool.down("AdminInitiateAuth", "reset");
    await refusal("POST /login", SIGN_IN);
    pool.up();
    assert.equal((await ask("POST /login", SIGN_IN)).status, 200);
  });

  test("an outage of the keys stops nobody who plays already, and rotated keys do not either", async () => {
    const game = { opponent: "ariadne" };
    assert.equal((await ask("POST /games", game, { as: "theseus" })).status, 200);
    pool.down("keys");
    await pool.rotateKeys();
    assert.equal((await ask("POST /games", game, { as: "theseus" })).status, 200);
    pool.up();
  });
});
