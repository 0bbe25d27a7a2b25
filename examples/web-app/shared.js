"use strict";

// What all processes of the site share. Here it is kept by the process that starts the others, and they ask for it by messages. It stands
// in for a database: a site on several machines needs one.

/** In the process that has them: lets the others call the functions of `services`. */
function share(cluster, services) {
  cluster.on("message", (worker, { id, service, name, given }) => {
    worker.send({ id, result: services[service][name](...given) });
  });
}

/** In the others: the same services, with functions that return promises. `names` are those of the functions, by service. */
function fromPrimary(channel, names) {
  const waiting = new Map();
  let lastId = 0;
  channel.on("message", ({ id, result }) => {
    waiting.get(id)?.(result);
    waiting.delete(id);
  });
  const call =
    (service, name) =>
    (...given) =>
      new Promise((resolve) => {
        lastId += 1;
        waiting.set(lastId, resolve);
        channel.send({ id: lastId, service, name, given });
      });
  const functionsOf = ([service, functions]) => [
    service,
    Object.fromEntries(functions.map((name) => [name, call(service, name)])),
  ];
  return Object.fromEntries(Object.entries(names).map(functionsOf));
}

module.exports = { fromPrimary, share };
