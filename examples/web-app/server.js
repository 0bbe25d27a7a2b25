"use strict";

const http = require("node:http");
const { createAuth } = require("cognito-auth-native");
const { createApp } = require("./app");

// USER_POOL_ID, COGNITO_CLIENT_ID and the others are read from the environment.
const auth = createAuth();
const server = http.createServer();

server.on("error", (error) => {
  console.error(`Cannot listen: ${error.message}`);
  process.exitCode = 1;
});

server.listen(Number(process.env.PORT ?? 3000), "127.0.0.1", () => {
  // Behind a proxy or a load balancer, set ORIGIN to the address that browsers show. Without HTTPS, "localhost" is the host from which
  // browsers accept Secure cookies: https://developer.mozilla.org/docs/Web/HTTP/Reference/Headers/Set-Cookie#secure
  const origin = process.env.ORIGIN ?? `http://localhost:${server.address().port}`;
  server.on("request", createApp({ auth, origin }));
  console.log(`Listening on ${origin}`);
});

for (const signal of ["SIGINT", "SIGTERM"]) {
  process.once(signal, () => {
    server.close();
    server.closeAllConnections();
  });
}
