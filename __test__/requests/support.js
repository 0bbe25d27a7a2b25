"use strict";

// What the specs of requests share: the Auth, its tokens, and a client that sends a request byte for byte.

const net = require("node:net");
const { createAuth } = require("../..");
const {
  CLIENT,
  ISSUER,
  POOL,
  accessClaims,
  flip,
  idClaims,
  jwk,
  jwks,
  now,
  rsaPair,
  sign,
} = require("../../tools/testing/tokens.js");

const id = (claims, over) => sign({ payload: idClaims(claims), ...over });

const TOKENS = {
  CLIENT,
  GOOD: id({ "cognito:groups": ["heroes", "users"] }),
  EXPIRED: id({ exp: now() - 5 }),
  LATER: id({ nbf: now() + 600 }),
  FLIPPED: flip(id(), id().length - 10),
  FORGED: id({}, { key: rsaPair("attacker").privateKey }),
  UNKNOWN_KEY: id({}, { header: { kid: "another" } }),
  NONE: `${id({}, { header: { alg: "none" } })
    .split(".")
    .slice(0, 2)
    .join(".")}.`,
  HS256: id({}, { header: { alg: "HS256" }, key: "secret", algorithm: "HS256" }),
  OTHER_POOL: id({ iss: ISSUER.replace(POOL, "us-east-1_Another00") }),
  OTHER_CLIENT: id({ aud: "another" }),
  ACCESS: sign({ payload: accessClaims() }),
};

/** A copy with tokens for their names in braces. */
function filled(value) {
  if (typeof value === "string") return value.replace(/\{(\w+)\}/g, (_all, name) => TOKENS[name]);
  if (Array.isArray(value)) return value.map(filled);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, filled(one)]));
}

const OPTIONS = { userPoolId: POOL, clientId: CLIENT, keys: { jwks: jwks(jwk(rsaPair())) } };
const makeAuth = (options = {}) => createAuth({ ...OPTIONS, ...options });

/** Starts a server on the loopback address; resolves to its port. */
function listen(server) {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => resolve(server.address().port));
  });
}

/** Ends a server and its connections. */
function stop(server) {
  const closed = new Promise((resolve) => server.close(resolve));
  server.closeAllConnections?.();
  return closed;
}

/** Sends a request as it is written, and reads the answer to its end. */
function send(port, { method = "GET", path = "/", headers = [], body = "", isUpgrade = false }) {
  const lines = [
    `${method} ${path} HTTP/1.1`,
    ...(headers.some(([name]) => /^host$/i.test(name)) ? [] : ["Host: api.example.com"]),
    ...headers.map(([name, value]) => `${name}: ${value}`),
    `Connection: ${isUpgrade ? "Upgrade" : "close"}`,
    ...(body === "" ? [] : [`Content-Length: ${body.length}`]),
  ];
  return new Promise((resolve, reject) => {
    const socket = net.connect(port, "127.0.0.1");
    let text = "";
    socket.setEncoding("latin1");
    socket.on("data", (chunk) => {
      text += chunk;
    });
    socket.on("error", reject);
    socket.on("end", () => resolve(answerIn(text)));
    socket.write(`${lines.join("\r\n")}\r\n\r\n${body}`, "latin1");
  });
}

function answerIn(text) {
  const [head, ...rest] = text.split("\r\n\r\n");
  const [status, ...lines] = head.split("\r\n");
  const pairs = lines.map((line) => [
    line.slice(0, line.indexOf(":")).toLowerCase(),
    line.slice(line.indexOf(":") + 1).trim(),
  ]);
  return {
    status: Number(status.split(" ")[1]),
    headers: Object.fromEntries(pairs),
    body: rest.join("\r\n\r\n"),
  };
}

module.exports = { OPTIONS, TOKENS, filled, listen, makeAuth, send, stop };
