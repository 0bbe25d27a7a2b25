"use strict";

const { randomUUID } = require("node:crypto");

/** Games of Nim, kept in memory: two players shrink three heaps in turn, and whoever empties the last one loses. */
function createGames() {
  const games = new Map();

  /** The invited player moves first: the game begins as if its creator had just moved. */
  function create(creator, opponent) {
    if (creator === opponent) {
      throw new Error("You cannot play against yourself");
    }
    const game = {
      gameId: randomUUID(),
      user1: creator,
      user2: opponent,
      heap1: 5,
      heap2: 4,
      heap3: 5,
      lastMoveBy: creator,
    };
    games.set(game.gameId, game);
    return game;
  }

  function find(gameId) {
    const game = games.get(gameId);
    if (!game) {
      throw new Error("There is no such game");
    }
    return game;
  }

  function move(gameId, user, { changedHeap, changedHeapValue }) {
    const game = find(gameId);
    if (user !== game.user1 && user !== game.user2) {
      throw new Error("You are not a player of this game");
    }
    if (isOver(game)) {
      throw new Error("This game is over");
    }
    if (user === game.lastMoveBy) {
      throw new Error("It is not your turn");
    }
    if (changedHeapValue >= game[changedHeap]) {
      throw new Error(`You have to make ${changedHeap} smaller than ${game[changedHeap]}`);
    }
    const moved = { ...game, [changedHeap]: changedHeapValue, lastMoveBy: user };
    games.set(gameId, moved);
    return moved;
  }

  return { create, find, move };
}

function isOver(game) {
  return game.heap1 === 0 && game.heap2 === 0 && game.heap3 === 0;
}

function opponentOf(game, user) {
  return user === game.user1 ? game.user2 : game.user1;
}

module.exports = { createGames, isOver, opponentOf };
