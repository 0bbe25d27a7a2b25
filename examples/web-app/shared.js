"use strict";

// What all processes of the site share. Here it is kept by the process that starts the others, and they ask for it by messages. It stands
// in for a database: a site on several machines needs one.

/** In the process that has them: lets the others call the functions of `services`. */
function share(cluster, services) {
  cluster.on("message", (worker, { id, service, name, given }) => {
    worker.send({ id, ...resultOf(() => services[service][name](...given)) });
  });
}

/** An exception here would end the process, and the site with it. The one that asked gets it. */
function resultOf(call) {
  try {
    return { result: call() };
  } catch (error) {
    return { problem: String(error) };
  }
}

/** In the others: the same services, with functions that return promises. `names` are those of the functions, by service. */
function fromPrimary(channel, names) {
  const waiting = new Map();
  let lastId = 0;
  channel.on("message", ({ id, result, problem }) => {
    const { resolve, reject } = waiting.get(id);
    waiting.delete(id);
    if (problem === undefined) resolve(result);
    else reject(new Error(problem));
  });
  const call =
    (service, name) =>
    (...given) =>
      new Promise((resolve, reject) => {
        lastId += 1;
        // First: `send` throws if it cannot make JSON of what is given.
        channel.send({ id: lastId, service, name, given });
        waiting.set(lastId, { resolve, reject });
      });
  const functionsOf = ([service, functions]) => [
    service,
    Object.fromEntries(functions.map((name) => [name, call(service, name)])),
  ];
  return Object.fromEntries(Object.entries(names).map(functionsOf));
}

module.exports = { fromPrimary, share };
