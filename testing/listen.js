"use strict";

/** Lets a server listen on a free port of 127.0.0.1. `stop` ends it with its connections, which `sockets` has while they are open. */
async function listen(server) {
  const sockets = new Set();
  // closeAllConnections() does not know those whose handshake is under way.
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  });
  await new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  return {
    host: `127.0.0.1:${server.address().port}`,
    sockets,
    async stop() {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

module.exports = { listen };
