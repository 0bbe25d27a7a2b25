"use strict";

// The examples for frameworks in docs/requests.md and docs/frameworks.md run as they stand, each in a process of its own with a real
// server. Those whose frameworks are large run in npm run check:world.

const fs = require("node:fs");
const path = require("node:path");
const {
  FRAMEWORKS,
  RECIPES,
  REQUESTS,
  checkAnswers,
  programFiles,
  startWorld,
} = require("../../tools/recipes");
const root = require("../../tools/root");
const { runProject } = require("../support/project.js");

let world;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.stop());

const here = RECIPES.filter(({ inWorld }) => !inWorld);

test.each(here.map((recipe) => [`${recipe.document}: ${recipe.name}`, recipe]))(
  "%s answers as it must",
  async (_title, recipe) => {
    const env = world.environmentFor(recipe);
    const { code, said } = await runProject(programFiles(), ["play.cjs"], env, recipe.packages);
    expect({ code, said: code === 0 ? "" : said }).toEqual({ code: 0, said: "" });
    checkAnswers(recipe, said);
  },
);

test.each([REQUESTS, FRAMEWORKS])("%s: every section with code for a framework is run", (name) => {
  const text = fs.readFileSync(path.join(root, name), "utf8");
  const [, sections] =
    name === REQUESTS
      ? /\n## Other frameworks\n(.*?)\n## /s.exec(text)
      : /\n```\n(\n## .*)$/s.exec(text);
  const headings = [...sections.matchAll(/^#{2,3} (.+)$/gm)].map(([, heading]) => heading);
  const known = RECIPES.filter(({ document }) => document === name).map(({ heading }) => heading);
  expect(headings.length).toBeGreaterThan(4);
  expect(headings.filter((heading) => !known.includes(heading))).toEqual([]);
});
