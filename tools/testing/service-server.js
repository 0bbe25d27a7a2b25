"use strict";

// A Cognito whose answers a test writes itself: the failures that no emulator has, and a record of what
// was sent. It speaks the service's protocol: POST /, the operation in X-Amz-Target, JSON both ways.

const crypto = require("node:crypto");
const http = require("node:http");
const https = require("node:https");
const { newRefreshToken } = require("../../testing/refresh-token.js");

const PREFIX = "AWSCognitoIdentityProviderService.";

/** What the real service answers when all is well. */
const WELL = {
  SignUp: () => ({ body: { UserConfirmed: false, UserSub: crypto.randomUUID() } }),
  AdminConfirmSignUp: () => ({ body: {} }),
  AdminInitiateAuth: () => ({
    body: {
      AuthenticationResult: {
        AccessToken: "a.b.c",
        ExpiresIn: 3600,
        IdToken: "header.payload.sig",
        RefreshToken: newRefreshToken(),
        TokenType: "Bearer",
      },
      ChallengeParameters: {},
    },
  }),
  AdminGetUser: ({ body }) => ({
    body: {
      Enabled: true,
      UserAttributes: [
        { Name: "sub", Value: crypto.randomUUID() },
        { Name: "phone_number", Value: "+14155550100" },
      ],
      UserCreateDate: 1_700_000_000.5,
      Username: body.Username,
      UserStatus: "CONFIRMED",
    },
  }),
};

/** A failure as the service words it. */
function failure(type, message, { status = 400, requestId, namespace = "" } = {}) {
  return {
    status,
    headers: {
      "x-amzn-errortype": `${type}:`,
      "x-amzn-errormessage": message.trim(),
      ...(requestId && { "x-amzn-requestid": requestId }),
    },
    body: { __type: namespace + type, message },
  };
}

/** Answers that are none: pass them where an answer is expected. */
const reset = (_record, response) => {
  response.socket.resetAndDestroy();
};
const cut = (_record, response) => {
  response.writeHead(200, {
    "content-type": "application/x-amz-json-1.1",
    "content-length": "4096",
  });
  response.write('{"UserConfirmed":', () => response.socket.destroy());
};
const hang = () => {};

async function read(stream) {
  const chunks = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}

const POOL = "us-east-1_AbCdEfGhI";
const CLIENT = "1example23456789";

/**
 * Starts the server. `next(operation, ...answers)` queues answers (the operation for keys is `GET`), used once each; `always` sets what
 * comes after them. An answer is `{ status, headers, body, delay }` (a body that is no string is sent as JSON) or a
 * function of the record, the response and the answer when all is well, which returns an answer or does what it likes
 * with the socket. With `tls`, `{ key, cert }` in PEM, it speaks HTTPS.
 */
async function startServiceServer({ tls } = {}) {
  const requests = [];
  const keySets = new Map();
  let queues = {};
  let standing = {};

  function answerTo(record) {
    const { operation } = record;
    return queues[operation]?.shift() ?? standing[operation] ?? wellFor(record);
  }

  const wellFor = (record) => (WELL[record.operation] ?? keysAt)(record);

  function keysAt({ url }) {
    const body = keySets.get(url);
    return { status: body ? 200 : 404, headers: { "content-type": "application/json" }, body };
  }

  const serve = async (request, response) => {
    response.on("error", () => {});
    const bytes = await read(request).catch(() => undefined);
    if (!bytes) return;
    const target = request.headers["x-amz-target"] ?? request.method;
    const text = bytes.toString();
    const record = {
      at: Date.now(),
      operation: target.startsWith(PREFIX) ? target.slice(PREFIX.length) : target,
      url: request.url,
      headers: request.headers,
      text,
      body: text === "" ? undefined : JSON.parse(text),
    };
    requests.push(record);
    let answer = answerTo(record);
    if (typeof answer === "function") answer = await answer(record, response, wellFor(record));
    if (!answer) return;
    const { status = 200, headers = {}, body = {}, delay = 0 } = answer;
    if (delay > 0) await new Promise((resolve) => setTimeout(resolve, delay));
    response.writeHead(status, {
      "content-type": "application/x-amz-json-1.1",
      "x-amzn-requestid": crypto.randomUUID(),
      ...headers,
    });
    response.end(typeof body === "string" || Buffer.isBuffer(body) ? body : JSON.stringify(body));
  };
  const server = tls ? https.createServer(tls, serve) : http.createServer(serve);
  // closeAllConnections() does not know those whose handshake is under way.
  const sockets = new Set();
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  });
  await new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  const endpoint = `${tls ? "https" : "http"}://127.0.0.1:${server.address().port}`;

  return {
    endpoint,
    /** The options of an Auth that talks to this server. */
    options: {
      region: "us-east-1",
      userPoolId: POOL,
      clientId: CLIENT,
      endpoint,
      credentials: { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "wJalrXUtnFEMI" },
    },
    requests,
    /** Connections that are open. */
    connections: () => sockets.size,
    /** The operations asked for, in their order. */
    operations: () => requests.map((request) => request.operation),
    /** The requests for one operation. */
    of: (operation) => requests.filter((request) => request.operation === operation),
    next(operation, ...answers) {
      queues[operation] ??= [];
      queues[operation].push(...answers);
    },
    always(operation, answer) {
      standing[operation] = answer;
    },
    /** The keys of a pool, at the address where an endpoint has them. */
    serveKeys(poolId, set) {
      keySets.set(`/${poolId}/.well-known/jwks.json`, set);
    },
    /** Forgets all records and answers. */
    clear() {
      requests.length = 0;
      queues = {};
      standing = {};
    },
    async stop() {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

module.exports = { CLIENT, POOL, cut, failure, hang, reset, startServiceServer };
