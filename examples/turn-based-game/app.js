"use strict";

const {
  createCognitoUser,
  login,
  fetchUserByUsername,
  verifyToken,
} = require("cognito-auth-native");
const express = require("express");
const { createGames, isOver, opponentOf } = require("./games");
const { validateLogin, validateMove, validateNewGame, validateNewUser } = require("./validation");

/**
 * The tutorial's application.
 *
 * @param {object} options
 * @param {(phoneNumber: string, text: string) => unknown} options.sendMessage Called for every message that the
 * tutorial sends by SMS.
 */
function createApp({ sendMessage }) {
  const app = express();
  const games = createGames();
  app.disable("x-powered-by");
  app.use(express.json());

  app.post("/users", async (req, res) => {
    const { username, password, email, phoneNumber } = validateNewUser(req.body);
    res.json(await createCognitoUser(username, password, email, phoneNumber));
  });

  app.post("/login", async (req, res) => {
    const { username, password } = validateLogin(req.body);
    res.json({ idToken: await login(username, password) });
  });

  app.post("/games", async (req, res) => {
    const claims = await verifyToken(req.header("Authorization"));
    const { opponent } = validateNewGame(req.body);
    const invited = await fetchUserByUsername(opponent);
    const game = games.create(claims["cognito:username"], opponent);
    await sendMessage(
      invited.phoneNumber,
      `Hello ${opponent}, ${game.user1} invites you to a game of Nim. Its id is ${game.gameId}, and you move first.`,
    );
    res.json(game);
  });

  app.get("/games/:gameId", (req, res) => {
    res.json(games.find(req.params.gameId));
  });

  app.post("/games/:gameId", async (req, res) => {
    const claims = await verifyToken(req.header("Authorization"));
    const user = claims["cognito:username"];
    const game = games.move(req.params.gameId, user, validateMove(req.body));
    const opponent = await fetchUserByUsername(opponentOf(game, user));
    // A client that may not read the attribute gets tokens without it, and so does every user of cognito-local.
    const phoneNumber = claims.phone_number ?? (await fetchUserByUsername(user)).phoneNumber;
    await notify(game, { username: user, phoneNumber }, opponent);
    res.json(game);
  });

  async function notify(game, mover, opponent) {
    if (isOver(game)) {
      await sendMessage(mover.phoneNumber, `You lost to ${opponent.username} at Nim.`);
      await sendMessage(opponent.phoneNumber, `You beat ${mover.username} at Nim!`);
      return;
    }
    const heaps = `The heaps are ${game.heap1}, ${game.heap2} and ${game.heap3}`;
    await sendMessage(mover.phoneNumber, `You moved. ${heaps}, and ${opponent.username} is next.`);
    await sendMessage(
      opponent.phoneNumber,
      `${mover.username} moved in game ${game.gameId}. ${heaps}, and it is your turn.`,
    );
  }

  app.use((req) => {
    throw new Error(`There is no ${req.method} ${req.path}`);
  });

  // Express knows an error handler by its four parameters.
  app.use((error, _req, res, _next) => {
    // The parser's own message quotes the body, in which there may be a password.
    const unreadable = error.type === "entity.parse.failed";
    res
      .status(400)
      .json({ message: unreadable ? "The request body is not valid JSON" : error.message });
  });

  return app;
}

module.exports = { createApp };
