"use strict";

// An HTTP proxy that opens tunnels (CONNECT), and leads host names to ports of 127.0.0.1 as a test likes.

const http = require("node:http");
const net = require("node:net");

/**
 * Starts the proxy. `lead` has the port of 127.0.0.1 for each host name that it knows; addresses of 127.0.0.1 lead to
 * themselves. With `user`, "name:password", it wants to be told that; with `silent` it never answers.
 */
async function startConnectProxy({ lead = {}, user, silent = false } = {}) {
  const tunnels = [];
  const sockets = new Set();
  const keep = (socket) => {
    sockets.add(socket);
    socket.on("error", () => {}).once("close", () => sockets.delete(socket));
  };
  const server = http.createServer((_request, response) => response.writeHead(405).end());
  server.on("connection", keep);
  server.on("connect", (request, socket, head) => {
    tunnels.push(request.url);
    if (silent) return;
    const wanted = user && `Basic ${Buffer.from(user).toString("base64")}`;
    if (request.headers["proxy-authorization"] !== wanted) {
      socket.end("HTTP/1.1 407 Proxy Authentication Required\r\nproxy-authenticate: Basic\r\n\r\n");
      return;
    }
    const { hostname, port } = new URL(`http://${request.url}`);
    const to = hostname === "127.0.0.1" ? Number(port) : lead[hostname];
    if (to === undefined) {
      socket.end("HTTP/1.1 502 Bad Gateway\r\n\r\n");
      return;
    }
    const target = net.connect(to, "127.0.0.1", () => {
      socket.write("HTTP/1.1 200 OK\r\n\r\n");
      target.write(head);
      target.pipe(socket).pipe(target);
    });
    keep(target);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = `127.0.0.1:${server.address().port}`;
  return {
    url: `http://${address}`,
    urlFor: (login) => `http://${login}@${address}`,
    /** What was asked for, as host:port. */
    tunnels,
    async stop() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

module.exports = { startConnectProxy };
