"use strict";

// Runs one example as it stands, and prints what it answers: for each input a list, one answer for each way to ask. RECIPE has the
// example's name, its code, and the inputs: a token, or null for none; of error handlers, the name of the user who signs in.

const RECIPES = {
  ...require("./servers.cjs"),
  ...require("./sockets.cjs"),
  ...require("./errors.cjs"),
};

async function main() {
  const { name, blocks, inputs } = JSON.parse(process.env.RECIPE);
  const unused = new Set(Object.keys(blocks));
  const get = (all, index) => {
    unused.delete(index);
    return all[index];
  };
  const asks = await RECIPES[name](new Proxy(blocks, { get }));
  if (unused.size > 0) throw new Error(`${name}: blocks ${[...unused]} of the section are not run`);
  const answers = {};
  for (const [input, token] of Object.entries(inputs)) {
    answers[input] = [];
    for (const ask of asks) answers[input].push(await ask(token));
  }
  console.log(JSON.stringify(answers));
}

main().then(
  () => process.exit(0),
  (error) => {
    console.error(error);
    process.exit(1);
  },
);
