"use strict";

// The examples of docs/requests.md and docs/frameworks.md whose frameworks are large, each run as it stands.

const assert = require("node:assert");
const {
  PROTECTED,
  RECIPES,
  REQUESTS,
  blocksUnder,
  checkAnswers,
  programFiles,
  startWorld,
} = require("../../tools/recipes");
const { asking } = require("../../tools/recipes/program/asking.cjs");
const { copyPackages } = require("./copy-packages");

/** As ENVIRONMENTS in environments.js. They print no result of program/. */
const RECIPE_ENVIRONMENTS = RECIPES.filter(({ inWorld }) => inWorld).map((recipe) => ({
  name: `the example in ${recipe.document} for ${recipe.heading}, ${recipe.packages[0]}`,
  needs: recipe.packages,
  run: (context) => play(recipe, context),
}));

async function play(recipe, { project, sandbox, tools }) {
  const world = await startWorld();
  try {
    const cwd = project(programFiles());
    copyPackages(tools, recipe.packages, cwd);
    const env = world.environmentFor(recipe);
    checkAnswers(recipe, await sandbox.node(["play.cjs"], { cwd, env }));
  } finally {
    await world.stop();
  }
  return [];
}

/** The route handler, where its section says that it stands. */
const ROUTE = {
  "app/api/me/route.js": blocksUnder(REQUESTS, "Next.js, SvelteKit, Remix, Astro")[0],
};

/** Asks the route of a built application. `serve` starts it with an environment, and hands its URL on. */
async function checkRoute(serve) {
  const world = await startWorld();
  try {
    await serve(world.environment, async (url) => {
      for (const [input, token] of Object.entries(world.tokens)) {
        const answer = await asking(url, "/api/me")(token);
        assert.deepStrictEqual([input, answer], [input, PROTECTED[input]]);
      }
    });
  } finally {
    await world.stop();
  }
}

module.exports = { RECIPE_ENVIRONMENTS, ROUTE, checkRoute };
