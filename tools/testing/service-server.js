"use strict";

// A Cognito whose answers a test writes itself: the failures that no emulator has, and a record of what
// was sent. It speaks the service's protocol as the published test pool does.

const crypto = require("node:crypto");
const http = require("node:http");
const https = require("node:https");
const { buffer } = require("node:stream/consumers");
const { listen } = require("../../testing/listen.js");
const { AMZ_JSON, BREAKS, errorOf, keysPath, operationOf } = require("../../testing/protocol.js");
const { newRefreshToken } = require("../../testing/refresh-token.js");
const { POOL } = require("./tokens.js");

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
  const { headers, body } = errorOf(type, message);
  return {
    status,
    headers: { ...headers, ...(requestId && { "x-amzn-requestid": requestId }) },
    body: { ...body, __type: namespace + type },
  };
}

/** Answers that are none, by name: pass them where an answer is expected. */
const [reset, cut, hang] = [BREAKS.reset, BREAKS.cut, BREAKS.hang].map(
  (fails) => (_record, response) => {
    fails(response);
  },
);

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
    const bytes = await buffer(request).catch(() => undefined);
    if (!bytes) return;
    const text = bytes.toString();
    const record = {
      at: Date.now(),
      operation: operationOf(request.headers) ?? request.headers["x-amz-target"] ?? request.method,
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
      "content-type": AMZ_JSON,
      "x-amzn-requestid": crypto.randomUUID(),
      ...headers,
    });
    response.end(typeof body === "string" || Buffer.isBuffer(body) ? body : JSON.stringify(body));
  };
  const server = tls ? https.createServer(tls, serve) : http.createServer(serve);
  const { host, sockets, stop } = await listen(server);
  const endpoint = `${tls ? "https" : "http"}://${host}`;

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
      keySets.set(keysPath(poolId), set);
    },
    /** Forgets all records and answers. */
    clear() {
      requests.length = 0;
      queues = {};
      standing = {};
    },
    stop,
  };
}

module.exports = { CLIENT, POOL, cut, failure, hang, reset, startServiceServer };
