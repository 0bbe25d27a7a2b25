"use strict";

// The pool on a port of 127.0.0.1. It never keeps the process alive.

const crypto = require("node:crypto");
const http = require("node:http");
const { Answer, Mistake, PREFIX, ownAnswer, refusal } = require("./answers.js");
const { DISCOVERY, KEYS } = require("./faults.js");
const { listen } = require("./listen.js");
const { operationNamed } = require("./operations/index.js");
const { validate } = require("./operations/shapes.js");
const {
  AMZ_JSON,
  BREAKS,
  discoveryPath,
  errorOf,
  keysPath,
  operationOf,
} = require("./protocol.js");

/** Key id, day, region and service of a signed request. The signature itself is not verified. */
const SIGNATURE =
  /^AWS4-HMAC-SHA256 Credential=[^/\s]+\/\d{8}\/([^/\s]+)\/([^/\s]+)\/aws4_request, ?SignedHeaders=[^,\s]+, ?Signature=[0-9a-f]+$/;
const SERVICE = "cognito-idp";
const MOST_BYTES = 1 << 20;

/**
 * Why a request is refused before it is looked at, undefined for none. A page in a browser, whatever its host's name resolves
 * to, must not reach the pool: it sends an Origin, or another Host, or no such content type.
 */
function intruder({ headers, method }, host) {
  if (headers.origin !== undefined) return "a request with an Origin comes from a browser";
  if (headers.host !== host) return `its host is ${host}`;
  if (method === "POST" && headers["content-type"]?.split(";")[0].trim() !== AMZ_JSON) {
    return `the content type of an operation is ${AMZ_JSON}`;
  }
  return undefined;
}

/** The rest of a body that is too large is read, and forgotten: unread, it would block the next request on the connection. */
async function readBody(request) {
  const chunks = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size <= MOST_BYTES) chunks.push(chunk);
    else chunks.length = 0;
  }
  if (size > MOST_BYTES)
    throw ownAnswer("RequestEntityTooLargeException", `more than ${MOST_BYTES} bytes`, 413);
  return Buffer.concat(chunks).toString();
}

/** A member that is null is one that is left out. */
const withoutNulls = (_name, value) => (value === null ? undefined : value);

function parse(text) {
  let body;
  try {
    body = JSON.parse(text === "" ? "{}" : text, withoutNulls);
  } catch {
    throw refusal("notJson");
  }
  if (typeof body !== "object" || body === undefined || Array.isArray(body))
    throw refusal("notJson");
  return body;
}

/** https://openid.net/specs/openid-connect-discovery-1_0.html, as Cognito has it (openiddict/openiddict-core#1586). */
function discoveryOf({ issuer, endpoint, userPoolId }) {
  return {
    authorization_endpoint: `${issuer}/authorize`,
    id_token_signing_alg_values_supported: ["RS256"],
    issuer,
    jwks_uri: endpoint + keysPath(userPoolId),
    response_types_supported: ["code", "token"],
    scopes_supported: ["openid", "email", "phone", "profile"],
    subject_types_supported: ["public"],
    token_endpoint: `${issuer}/token`,
    token_endpoint_auth_methods_supported: ["client_secret_basic", "client_secret_post"],
    userinfo_endpoint: `${issuer}/userInfo`,
  };
}

/** What a GET request is for, by its path. */
const documents = ({ settings, keys }) => ({
  [keysPath(settings.userPoolId)]: { name: KEYS, read: () => keys.jwks() },
  [discoveryPath(settings.userPoolId)]: {
    name: DISCOVERY,
    read: () => discoveryOf(settings),
  },
});

/** Whether a request is signed, or the refusal of one that is signed for another region or service. */
function checkSignature({ settings }, authorization = "") {
  const signature = SIGNATURE.exec(authorization);
  if (signature === null) return false;
  const [, region, service] = signature;
  if (region !== settings.region) throw refusal("signatureRegion");
  if (service !== SERVICE) throw refusal("signatureService");
  return true;
}

/** Runs an operation: its answer's body, or a promise of it. */
function run(state, { operation, body, signed }) {
  const { settings, limits, users } = state;
  const { signed: needsSignature, category, input, handle } = operationNamed(operation);
  if (needsSignature && !signed) throw refusal("unsigned");
  users.check();
  limits.count(category);
  validate(body, input);
  const { UserPoolId: pool = settings.userPoolId, ClientId: client = settings.clientId } = body;
  if (pool !== settings.userPoolId) throw refusal("poolMissing", { pool });
  if (client !== settings.clientId) throw refusal("clientMissing", { client });
  return handle({ state, body, signed });
}

/**
 * An operation's answer of any kind as an Answer: a mistake of the test and what went wrong inside the pool are told as well. A mistake
 * is also a warning of the process, since the application may not show what it was answered.
 */
function failureOf(error) {
  if (error instanceof Answer) return error;
  if (error instanceof Mistake) {
    process.emitWarning(PREFIX + error.message, "TestPoolWarning");
    return ownAnswer("InternalErrorException", error.message, 500);
  }
  return ownAnswer("InternalErrorException", `a defect: ${error?.stack ?? error}`, 500);
}

function sendAnswer(response, { type, message, status }) {
  const headers = { "content-type": AMZ_JSON, "x-amzn-requestid": crypto.randomUUID() };
  if (type === undefined) {
    response.writeHead(status, headers).end();
    return;
  }
  const error = errorOf(type, message);
  response.writeHead(status, { ...headers, ...error.headers }).end(JSON.stringify(error.body));
}

function sendBody(response, body, type) {
  const headers = { "content-type": type, "x-amzn-requestid": crypto.randomUUID() };
  response.writeHead(200, headers).end(JSON.stringify(body));
}

/** Lets an outage that a test asked for happen; false if there is none. */
function fails(faults, name, response) {
  const fault = faults.of(name);
  if (fault === undefined) return false;
  if (typeof fault === "string") BREAKS[fault](response);
  else sendAnswer(response, fault);
  return true;
}

function serveDocument(state, { name, read }, response) {
  const { requests, faults } = state;
  requests.push({ operation: name, body: undefined, signed: false });
  if (!fails(faults, name, response)) sendBody(response, read(), "application/json");
}

async function serveOperation(state, request, response) {
  const { requests, faults, clock } = state;
  // The pool's time: SRP asks for a timestamp that fits it.
  response.setHeader("date", new Date(clock.now()).toUTCString());
  const operation = operationOf(request.headers) ?? "";
  const text = await readBody(request);
  const body = parse(text);
  const { authorization } = request.headers;
  requests.push({ operation, body, signed: SIGNATURE.test(authorization) }, text.length);
  if (fails(faults, operation, response)) return;
  const signed = checkSignature(state, authorization);
  sendBody(response, await run(state, { operation, body, signed }), AMZ_JSON);
}

async function serve(state, request, response) {
  try {
    const reason = intruder(request, state.settings.host);
    if (reason !== undefined) throw ownAnswer("ForbiddenException", reason, 403);
    if (request.method === "POST" && request.url === "/") {
      await serveOperation(state, request, response);
      return;
    }
    const document = request.method === "GET" ? state.documents[request.url] : undefined;
    if (document !== undefined) serveDocument(state, document, response);
    else throw ownAnswer("NotFound", "operations are POST /, documents GET the pool's keys", 404);
  } catch (error) {
    if (!response.headersSent && !response.destroyed) sendAnswer(response, failureOf(error));
  }
}

/** Starts the server; `state.settings` gets its `host` and `endpoint`. Resolves to a function that stops it. */
async function startServer(state) {
  const server = http.createServer((request, response) => serve(state, request, response));
  // A connection that is closed between two requests would look like an outage.
  server.keepAliveTimeout = 0;
  server.requestTimeout = 0;
  server.on("connection", (socket) => socket.unref());
  const { host, stop } = await listen(server);
  server.unref();
  state.settings.host = host;
  state.settings.endpoint = `http://${host}`;
  state.documents = documents(state);
  return stop;
}

module.exports = { startServer };
