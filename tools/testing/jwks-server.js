"use strict";

// A real HTTP or HTTPS server for key sets, and for everything that can go wrong with one.

const crypto = require("node:crypto");
const http = require("node:http");
const https = require("node:https");
const net = require("node:net");
const { listen } = require("../../testing/listen.js");
const { keysPath } = require("../../testing/protocol.js");

const JSON_TYPE = { "content-type": "application/json" };

/** Faults of a connection, by name: the client's first bytes (a request, or a TLS handshake) are not answered. */
const CONNECTION_FAULTS = {
  resetAtOnce: (socket) => socket.resetAndDestroy(),
  resetFirstBytes: (socket) => socket.once("data", () => socket.resetAndDestroy()),
  closeOnFirstBytes: (socket) => socket.once("data", () => socket.end()),
  ignoreFirstBytes: (socket) => socket.resume(),
  /** Neither HTTP nor TLS. */
  banner: (socket) => socket.once("data", () => socket.end("SSH-2.0-OpenSSH_9.6\r\n")),
};

/**
 * Faults of an answer, by name. Each gets the response, the body that a healthy server would send, and of the connection
 * `tcp`, its socket below TLS, and `isReused`, whether it has had a request before.
 */
const FAULTS = {
  status: (code) => (response) => {
    response.writeHead(code, JSON_TYPE).end('{"message":"no"}');
  },
  answer: (code, headers, text) => (response) => {
    response.writeHead(code, headers).end(text);
  },
  /** Healthy keys under a status that is no success: they must not be used. */
  keysWithStatus: (code) => (response, body) => {
    response.writeHead(code, JSON_TYPE).end(body);
  },
  hang: () => () => {},
  hangAfterHeaders: () => (response, body) => {
    response.writeHead(200, { ...JSON_TYPE, "content-length": body.length });
    response.flushHeaders();
  },
  reset:
    () =>
    (_response, _body, { tcp }) => {
      tcp.resetAndDestroy();
    },
  /** The headers and this part of the body, then a reset. */
  resetAfter:
    (part) =>
    (response, body, { tcp }) => {
      response.writeHead(200, { ...JSON_TYPE, "content-length": body.length });
      // An empty write sends nothing, not even the headers.
      const sent = body.subarray(0, body.length * part);
      if (sent.length > 0) response.write(sent, () => tcp.resetAndDestroy());
      else {
        response.flushHeaders();
        setImmediate(() => tcp.resetAndDestroy());
      }
    },
  /** Half of the announced body, then the end of the connection. */
  cut: () => (response, body) => {
    response.writeHead(200, { ...JSON_TYPE, "content-length": body.length });
    response.write(body.subarray(0, body.length / 2), () => response.socket.destroy());
  },
  /** Healthy keys under a content-length that is wrong by this number of bytes. */
  wrongLength: (by) => (response, body) => {
    const head = `HTTP/1.1 200 OK\r\ncontent-length: ${body.length + by}\r\nconnection: close\r\n\r\n`;
    response.socket.end(head + body);
  },
  wrongChunk: () => (response, body) => {
    response.socket.end(`HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n${body}`);
  },
  /** A byte at a time: every read succeeds, the whole takes minutes. */
  drip: () => (response, body) => {
    response.writeHead(200, { ...JSON_TYPE, "content-length": body.length });
    let sent = 0;
    const timer = setInterval(() => {
      if (response.destroyed || sent === body.length) clearInterval(timer);
      else response.write(body.subarray(sent, ++sent));
    }, 200);
    response.on("close", () => clearInterval(timer));
  },
  /** Healthy keys, late. */
  slow: (ms) => (response, body) => {
    setTimeout(() => {
      response.writeHead(200, JSON_TYPE).end(body);
    }, ms);
  },
  text: (text, type) => (response) => {
    response.writeHead(200, { "content-type": type ?? "application/json" }).end(text);
  },
  redirect: (location) => (response) => {
    response.writeHead(302, { location }).end();
  },
  notHttp: () => (response) => {
    response.socket.end("SSH-2.0-OpenSSH_9.6\r\n");
  },
  /** A fault for requests on a connection that has had one before; others are answered well. */
  onReuse: (name, ...options) => {
    const fault = FAULTS[name](...options);
    return (response, body, connection) => {
      if (connection.isReused) fault(response, body, connection);
      else response.writeHead(200, JSON_TYPE).end(body);
    };
  },
};

async function start(tls, keys) {
  // A path of its own, for ports are used again within a process and keys are cached by address.
  const path = keysPath(crypto.randomUUID());
  const requests = [];
  let set = { keys };
  let fault;
  let faultsToCome = [];
  let connections = 0;

  /** Takes the next fault if it is one of these. */
  function nextOf(faults) {
    const [name] = faultsToCome[0] ?? [];
    if (name === undefined || !(name in faults)) return undefined;
    const [, ...options] = faultsToCome.shift();
    return { name, options };
  }

  const used = new WeakSet();
  const serve = (request, response) => {
    const { method, url, headers } = request;
    requests.push({ at: performance.now(), method, url, headers });
    response.on("error", () => {});
    const tcp = [...sockets].find(({ remotePort }) => remotePort === request.socket.remotePort);
    const connection = { tcp, isReused: used.has(tcp) };
    used.add(tcp);
    const body = Buffer.from(JSON.stringify(set));
    const next = nextOf(FAULTS);
    if (next) FAULTS[next.name](...next.options)(response, body, connection);
    else if (fault) fault(response, body, connection);
    else if (url === path) response.writeHead(200, JSON_TYPE).end(body);
    else response.writeHead(404).end();
  };
  const inner = tls ? https.createServer(tls, serve) : http.createServer(serve);
  // In front of the HTTP server, so that a connection can break before it.
  const server = net.createServer({ noDelay: true }, (socket) => {
    connections += 1;
    socket.on("error", () => {});
    const next = nextOf(CONNECTION_FAULTS);
    if (next) CONNECTION_FAULTS[next.name](socket);
    else inner.emit("connection", socket);
  });
  const { host, sockets, stop } = await listen(server);
  const origin = `${tls ? "https" : "http"}://${host}`;
  return {
    host,
    origin,
    path,
    url: origin + path,
    /** `{ at, method, url, headers }`, `at` in milliseconds of `performance.now()`. */
    requests,
    /** How many connections there have been, with those that brought no request. */
    connections: () => connections,
    /** How many connections are open. */
    open: () => sockets.size,
    /** From now on these keys, and no fault. */
    serve(...others) {
      set = { keys: others };
      fault = undefined;
      faultsToCome = [];
    },
    /** From now on this fault: `fail("status", 500)`. */
    fail(name, ...options) {
      fault = FAULTS[name](...options);
    },
    /** These faults once each, of a connection or of an answer, then as before: `failNext(["status", 500], ["hang"])`. */
    failNext(...faults) {
      faultsToCome.push(...faults);
    },
    /** The fault is over. */
    heal() {
      fault = undefined;
      faultsToCome = [];
    },
    stop,
  };
}

/** Starts a server that answers with these keys. */
const startJwksServer = (...keys) => start(undefined, keys);

/** The same over HTTPS, with `{ key, cert }` in PEM. */
const startSecureJwksServer = (tls, ...keys) => start(tls, keys);

module.exports = { startJwksServer, startSecureJwksServer };
