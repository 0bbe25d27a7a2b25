"use strict";

// The ways in which the service, or the way to it, fails. AdminGetUser stands for all: it may be repeated.

const { cut, hang, reset } = require("../../../tools/testing/service-server.js");

const find = (auth) => auth.fetchUserByUsername("theseus");
const always = (answer) => (server) => server.always("AdminGetUser", answer);

const bare = { __type: "UserNotFoundException", message: "User does not exist." };
const HTML = "<html><body><h1>502 Bad Gateway</h1></body></html>";
const html = { "content-type": "text/html" };

const ANSWERS = {
  "the type with a namespace": {
    status: 400,
    body: { ...bare, __type: "com.amazonaws.cognito.identity.idp#UserNotFoundException" },
  },
  "the type in the body alone": { status: 400, body: bare },
  "the type in the header alone": {
    status: 400,
    headers: { "x-amzn-errortype": "UserNotFoundException" },
    body: { message: "User does not exist." },
  },
  "the type in the header, a URL behind it": {
    status: 400,
    headers: { "x-amzn-errortype": "UserNotFoundException:http://internal.amazon.com/coral/" },
    body: { message: "User does not exist." },
  },
  "one type in the header, another in the body": {
    status: 400,
    headers: { "x-amzn-errortype": "NotAuthorizedException" },
    body: bare,
  },
  "the type as code": { status: 400, body: { code: "UserNotFoundException", message: "No." } },
  "Message instead of message": {
    status: 400,
    body: { __type: "UserNotFoundException", Message: "User does not exist." },
  },
  "no message": { status: 400, body: { __type: "UserNotFoundException" } },
  "an empty message": { status: 400, body: { __type: "UserNotFoundException", message: "" } },
  "null for a message": { status: 400, body: { __type: "UserNotFoundException", message: null } },
  "a message in another script": {
    status: 400,
    body: { __type: "UserNotFoundException", message: "ユーザーが存在しません。🧵" },
  },
  "an empty type": { status: 400, body: { __type: "", message: "No." } },
  "400 and an empty object": { status: 400, body: {} },
  "400 and an empty body": { status: 400, body: "" },
  "400 and HTML": { status: 400, headers: html, body: HTML },
  "400 and JSON that is cut": { status: 400, body: '{"__type":"UserNotFou' },
  "400 and an array": { status: 400, body: "[]" },
  "400 and null": { status: 400, body: "null" },
  "400 and a string": { status: 400, body: '"no"' },
  "403 and an empty body": { status: 403, body: "" },
  "404 and HTML": { status: 404, headers: html, body: HTML },
  "413 and an empty body": { status: 413, body: "" },
  "429 and an empty body": { status: 429, body: "" },
  "429 and a message": {
    status: 429,
    body: { __type: "TooManyRequestsException", message: "Slow down" },
  },
  "500 and an empty body": { status: 500, body: "" },
  "500 and a message": {
    status: 500,
    body: { __type: "InternalErrorException", message: "Sorry" },
  },
  "502 and HTML": { status: 502, headers: html, body: HTML },
  "503 and an empty body": { status: 503, body: "" },
  "503 and a message": { status: 503, body: { __type: "ServiceUnavailable", message: "Later" } },
  "504 and HTML": { status: 504, headers: html, body: HTML },
  "200 and an empty body": { body: "" },
  "200 and HTML": { headers: html, body: HTML },
  "200 and JSON that is cut": { body: '{"Username":"theseus","UserAttri' },
  "200 and null": { body: "null" },
  "200 and an array": { body: "[]" },
  "200, late": {
    delay: 1_000,
    body: { Username: "theseus", UserAttributes: [{ Name: "phone_number", Value: "+1" }] },
  },
  "200 and the wrong content type": {
    headers: html,
    body: { Username: "theseus", UserAttributes: [{ Name: "phone_number", Value: "+1" }] },
  },
  "302 to another place": { status: 302, headers: { location: "http://127.0.0.1:9/" }, body: "" },
  "a body that is cut": cut,
  "a reset": reset,
  silence: hang,
};

const DIFFERS = {
  "no message": ["no-message", { message: "UserNotFoundException" }],
  "an empty message": ["no-message", { message: "" }],
  "null for a message": ["no-message", { message: "UserNotFoundException" }],
  "400 and an empty object": ["no-message", { message: "UnknownError" }],
  "400 and an array": ["no-message", { message: "UnknownError" }],
  "400 and a string": ["no-message", { message: "UnknownError" }],
  "200 and an empty body": ["phone-missing", { reason: "phone-missing" }],
  "200 and HTML": ["unreadable", { reason: "service" }],
  "200 and JSON that is cut": ["unreadable", { reason: "service" }],
  "200 and null": ["unreadable", { reason: "service" }],
  "200 and an array": ["unreadable", { reason: "service" }],
  "302 to another place": ["redirect", { reason: "service" }],
  "a body that is cut": ["cut-answer", { reason: "network" }],
  "a reset": ["network-names", { reason: "network", code: "NetworkingError" }],
  silence: ["silence", { reason: "timeout" }],
};

const recovers = (name, answer) => ({
  name: `fetchUserByUsername: ${name}, then a good answer`,
  script: (server) => server.next("AdminGetUser", answer),
  play: find,
});

module.exports = [
  ...Object.entries(ANSWERS).map(([name, answer]) => ({
    name: `fetchUserByUsername is answered by ${name}`,
    script: always(answer),
    play: find,
    differs: DIFFERS[name],
    ...(name === "silence" && { patience: 12_000 }),
  })),
  recovers("500", { status: 500, body: "" }),
  recovers("429", { status: 429, body: "" }),
  recovers("ThrottlingException", {
    status: 400,
    body: { __type: "ThrottlingException", message: "Rate exceeded" },
  }),
  recovers("a reset", reset),
  {
    name: "fetchUserByUsername: nobody listens",
    environment: { AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER: "http://127.0.0.1:9" },
    play: find,
    differs: ["network-names", { reason: "network", code: "NetworkingError" }],
  },
];
