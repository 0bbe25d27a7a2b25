"use strict";

// The demo: the tutorial's session, over HTTP, on the addon. Every answer is checked.

const { createSign, generateKeyPairSync } = require("node:crypto");
const { isDeepStrictEqual } = require("node:util");
const { environmentWithoutAws, startEmulator } = require("../../tools/emulator");
const { startGameServer } = require("../../tools/example-servers");
const { duration } = require("../../tools/steps");
const { serveUntilInterrupted } = require("./serve");

const theseus = {
  username: "theseus",
  password: "Labyrinth1",
  email: "theseus@example.com",
  phoneNumber: "+14155550101",
};
const ariadne = {
  username: "ariadne",
  password: "RedThread2",
  email: "ariadne@example.com",
  phoneNumber: "+14155550102",
};

async function main({ serve, kind }, session) {
  const start = performance.now();
  const emulator = await startEmulator({ kind });
  session.cleanups.push(() => emulator.stop());
  const pool = await emulator.createPool();
  const server = await startGameServer({ ...environmentWithoutAws(), ...pool.environment });
  session.cleanups.push(() => server.stop());
  console.log(`
emulator     ${emulator.kind} on ${emulator.endpoint}${emulator.kind === "ministack" ? "" : " (stands in for ministack)"}
user pool    ${pool.userPoolId}, app client ${pool.clientId}, flow ${emulator.authFlow}
application  ${server.url}, process ${server.pid}: examples/turn-based-game on cognito-auth-native`);

  const step = makeStep(server, session);
  const game = await playSession(step);
  await playFailures(step, game, await makeStrangersToken(emulator));

  console.log(`
All ${session.steps} steps were answered as they should be, 5 of them refusals, by one process (${server.pid}) from first to last.
The demo took ${duration(performance.now() - start)}.`);
  if (serve) {
    session.serving = true;
    await serveUntilInterrupted({ emulator, pool, server, session, theseus, ariadne });
  }
}

// ---------------------------------------------------------------------------------------------------------------
// What is played
// ---------------------------------------------------------------------------------------------------------------

async function playSession(step) {
  heading("The session");
  for (const user of [theseus, ariadne]) {
    const { username, email, phoneNumber } = user;
    await step(`${username} registers`, {
      request: ["POST", "/users", user],
      body: { username, email, phoneNumber },
    });
  }
  const tokens = {};
  for (const { username, password } of [theseus, ariadne]) {
    const { idToken } = await step(`${username} signs in`, {
      request: ["POST", "/login", { username, password }],
      check: (body) => typeof body.idToken === "string" && body.idToken.split(".").length === 3,
      expected: "an ID token",
    });
    tokens[username] = idToken;
  }

  const isNewGame = ({ gameId, lastMoveBy, ...rest }) =>
    typeof gameId === "string" &&
    lastMoveBy === "theseus" &&
    isDeepStrictEqual(rest, { user1: "theseus", user2: "ariadne", heap1: 5, heap2: 4, heap3: 5 });
  let game = await step("theseus invites ariadne to a game", {
    request: ["POST", "/games", { opponent: "ariadne" }],
    token: tokens.theseus,
    check: isNewGame,
    expected: "a new game",
    messagesTo: [ariadne],
  });
  await step("anybody may look at the game", {
    request: ["GET", `/games/${game.gameId}`],
    body: game,
  });

  const moves = [
    [ariadne, "heap1", 3],
    [theseus, "heap2", 0],
    [ariadne, "heap3", 1],
    [theseus, "heap1", 0],
    [ariadne, "heap3", 0],
  ];
  for (const [mover, changedHeap, changedHeapValue] of moves) {
    const opponent = mover === theseus ? ariadne : theseus;
    game = await step(`${mover.username} makes ${changedHeap} ${changedHeapValue}`, {
      request: ["POST", `/games/${game.gameId}`, { changedHeap, changedHeapValue }],
      token: tokens[mover.username],
      body: { ...game, [changedHeap]: changedHeapValue, lastMoveBy: mover.username },
      messagesTo: [mover, opponent],
    });
  }
  console.log("\n    All heaps are empty: ariadne, who emptied the last one, has lost.");
  return { game, tokens };
}

async function playFailures(step, { game, tokens }, stranger) {
  heading("What must fail");
  const { username, password } = theseus;
  const newGame = ["POST", "/games", { opponent: "ariadne" }];
  const refused = (title, request, token, message) =>
    step(title, {
      request,
      token,
      status: 400,
      check: (body) => Object.keys(body).length === 1 && message.test(body.message),
      expected: `a message like ${message}`,
    });

  await refused(
    "a wrong password",
    ["POST", "/login", { username, password: `Wrong${password}` }],
    undefined,
    /^(Incorrect username or password\.|Invalid password)$/,
  );
  await refused("no token", newGame, undefined, /^jwt must be provided$/);
  await refused(
    "a token with one changed letter",
    newGame,
    changeOneLetter(tokens.theseus),
    /^invalid signature$/,
  );
  await refused(
    `a token signed by ${stranger.key}, whose kid is unknown (it stops the tutorial's server)`,
    newGame,
    stranger.token,
    /^invalid token$/,
  );
  await refused(
    "the same user again",
    ["POST", "/users", theseus],
    undefined,
    /^User already exists\.?$/,
  );

  heading("And after all that");
  await step("the game is still there", { request: ["GET", `/games/${game.gameId}`], body: game });
  await step("and so is theseus", {
    request: ["POST", "/login", { username, password }],
    check: (body) => typeof body.idToken === "string",
    expected: "an ID token",
  });
}

/** The letter is inside the signature: its last one has spare bits, which a change need not touch. */
function changeOneLetter(token) {
  const at = token.lastIndexOf(".") + 20;
  return token.slice(0, at) + (token[at] === "A" ? "B" : "A") + token.slice(at + 1);
}

/** A token whose `kid` is none of the pool's, and whose key it is signed with. */
async function makeStrangersToken(emulator) {
  if (emulator.kind === "cognito-local") {
    // It has one key for all its pools, so the stranger's key is made here.
    return { key: "a stranger's key", token: makeTokenOfOwnKey() };
  }
  const { userPoolId, clientId } = await emulator.createPool({ name: "another-pool" });
  const { username, password, phoneNumber } = theseus;
  await emulator.call("SignUp", {
    ClientId: clientId,
    Username: username,
    Password: password,
    UserAttributes: [{ Name: "phone_number", Value: phoneNumber }],
  });
  await emulator.call("AdminConfirmSignUp", { UserPoolId: userPoolId, Username: username });
  const { AuthenticationResult } = await emulator.call("AdminInitiateAuth", {
    UserPoolId: userPoolId,
    ClientId: clientId,
    AuthFlow: emulator.authFlow,
    AuthParameters: { USERNAME: username, PASSWORD: password },
  });
  return { key: "another pool's key", token: AuthenticationResult.IdToken };
}

function makeTokenOfOwnKey() {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const encode = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const exp = Math.floor(Date.now() / 1_000) + 3_600;
  const content = `${encode({ alg: "RS256", kid: "AnotherPool" })}.${encode({ sub: "theseus", exp })}`;
  return `${content}.${createSign("RSA-SHA256").update(content).sign(privateKey, "base64url")}`;
}

// ---------------------------------------------------------------------------------------------------------------
// How it is played
// ---------------------------------------------------------------------------------------------------------------

function heading(title) {
  console.log(`\n${title}`);
}

/** Makes the function that sends one request, shows what goes in and comes out, and compares it. */
function makeStep(server, session) {
  return async (
    title,
    { request, token, status = 200, body, check, expected, messagesTo = [] },
  ) => {
    const [method, path, input] = request;
    session.steps += 1;
    session.current = title;
    console.log(`\n${String(session.steps).padStart(3)} ${title}`);
    const authorization = token ? ` (Authorization: ${abbreviate(token)})` : "";
    console.log(`    > ${method} ${path}${input ? ` ${show(input)}` : ""}${authorization}`);
    const response = await send(server.url + path, {
      method,
      headers: {
        ...(input && { "content-type": "application/json" }),
        ...(token && { authorization: token }),
      },
      body: input && JSON.stringify(input),
      signal: AbortSignal.timeout(30_000),
    });
    const text = await response.text();
    const answer = parse(text);
    console.log(`    < ${response.status} ${answer === undefined ? text : show(answer)}`);

    const matches =
      answer !== undefined && (check ?? ((value) => isDeepStrictEqual(value, body)))(answer);
    if (response.status !== status || !matches) {
      throw new Error(`expected ${status} and ${expected ?? show(body)}`);
    }
    const messages = await server.takeMessages(messagesTo.length);
    for (const message of messages) {
      console.log(`    ${message}`);
    }
    const arrived = messages.map((message) => /^SMS to (\S+): ./.exec(message)?.[1]);
    const wanted = messagesTo.map(({ phoneNumber }) => phoneNumber);
    if (!isDeepStrictEqual(arrived, wanted)) {
      throw new Error(`expected messages to ${wanted.join(" and ") || "nobody"}`);
    }
    if (!server.isRunning()) {
      throw new Error("expected the application to survive that");
    }
    return answer;
  };
}

function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

async function send(url, request) {
  try {
    return await fetch(url, request);
  } catch (error) {
    // What fetch says of itself is only that it failed.
    throw new Error(`expected an answer, got none (${error.cause?.message ?? error.message})`);
  }
}

/** As JSON, with tokens cut short. */
function show(value) {
  return JSON.stringify(value, (name, inner) => (name === "idToken" ? abbreviate(inner) : inner));
}

function abbreviate(token) {
  const text = String(token);
  return text.length > 40
    ? `${text.slice(0, 12)}…${text.slice(-6)} (${text.length} characters)`
    : text;
}

/** Plays the demo to its end, or with `serve` until Ctrl-C, and sets the process's exit code. `kind` is the emulator's. */
async function play(options) {
  const session = { steps: 0, current: undefined, cleanups: [], serving: false };
  const cleanUp = async () => {
    for (const clean of session.cleanups.splice(0).reverse()) {
      await clean();
    }
  };
  let interrupted = false;
  for (const signal of ["SIGINT", "SIGTERM"]) {
    process.on(signal, async () => {
      // Ctrl-C reaches us twice under npm: from the terminal, and from npm.
      if (interrupted) {
        return;
      }
      interrupted = true;
      await cleanUp();
      // In `--serve`, this is how it is meant to end.
      process.exit(session.serving ? 0 : 1);
    });
  }
  try {
    await main(options, session);
    process.exitCode = 0;
  } catch (error) {
    if (interrupted) {
      return;
    }
    const where = session.current
      ? `at step ${session.steps}, "${session.current}"`
      : "as it started";
    console.error(`\nThe demo failed ${where}: ${error.message}`);
    process.exitCode = 1;
  }
  await cleanUp();
}

module.exports = { play };
