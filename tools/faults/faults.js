"use strict";

// What can be the matter with the service and with the way to it. Each: a name for people, and either `answer` (see
// service-server.js), `tls` (the certificate of certificates.js that the server has), or `endpoint`.

const crypto = require("node:crypto");
const zlib = require("node:zlib");
const { cut, hang, reset } = require("../testing/service-server.js");

const MEBIBYTE = 1024 * 1024;
const HTML = "<html><body><h1>Bad Gateway</h1></body></html>";
const html = { "content-type": "text/html" };

const bytesOf = ({ body }) => Buffer.from(JSON.stringify(body));

/** The good answer, but so that `send` decides how its bytes go out. */
const sending = (send) => (_record, response, well) => {
  const bytes = bytesOf(well);
  response.writeHead(200, { "content-length": bytes.length });
  send(response, bytes);
};

const resetInTheBody = sending((response, bytes) => {
  response.write(bytes.subarray(0, 10), () => response.socket.resetAndDestroy());
});

const resetAfterTheBody = sending((response, bytes) => {
  const { socket } = response;
  response.end(bytes, () => socket.resetAndDestroy());
});

const byteForByte = sending((response, bytes) => {
  let sent = 0;
  const timer = setInterval(() => {
    if (response.destroyed || sent === bytes.length) clearInterval(timer);
    else response.write(bytes.subarray(sent, ++sent));
  }, 1_000);
  response.on("close", () => clearInterval(timer));
});

const bomb = zlib.gzipSync(Buffer.alloc(100 * MEBIBYTE, " "));

const FAULTS = [
  { name: "nothing (the service is well)", answer: undefined },
  {
    name: "an answer that takes 300 ms",
    answer: (_record, _response, well) => ({ ...well, delay: 300 }),
  },
  { name: "a connection that is taken, and no answer", answer: hang },
  { name: "a reset before the answer", answer: reset },
  { name: "a reset within the answer", answer: resetInTheBody },
  { name: "a reset right after the answer", answer: resetAfterTheBody },
  { name: "an answer that is cut", answer: cut },
  { name: "one byte of the answer a second", answer: byteForByte },
  { name: "400 without a reason", answer: { status: 400, body: "" } },
  { name: "429", answer: { status: 429, body: "" } },
  {
    name: "429 with Retry-After: 1",
    answer: { status: 429, headers: { "retry-after": "1" }, body: "" },
  },
  { name: "500", answer: { status: 500, body: "" } },
  { name: "502 and HTML", answer: { status: 502, headers: html, body: HTML } },
  { name: "503", answer: { status: 503, body: "" } },
  {
    name: "503 with Retry-After: 60",
    answer: { status: 503, headers: { "retry-after": "60" }, body: "" },
  },
  {
    name: "a redirect",
    answer: { status: 302, headers: { location: "http://127.0.0.1:9/" }, body: "" },
  },
  { name: "200 and an empty body", answer: { body: "" } },
  { name: "200 and HTML", answer: { headers: html, body: HTML } },
  {
    name: "200 and half of the JSON",
    answer: (_record, _response, well) => ({ body: bytesOf(well).subarray(0, 12) }),
  },
  { name: "200 and JSON of another form", answer: { body: "[1,2,3]" } },
  {
    name: "the right answer as text/html",
    answer: (_record, _response, well) => ({ ...well, headers: html }),
  },
  { name: "50 MiB", answer: { body: Buffer.alloc(50 * MEBIBYTE, " ") } },
  {
    name: "100 MiB in 100 KiB of gzip",
    answer: { headers: { "content-encoding": "gzip" }, body: bomb },
  },
  { name: "random bytes", answer: { body: crypto.createHash("sha512").update("seed").digest() } },
  { name: "HTTPS, a certificate of one's own authority (NODE_EXTRA_CA_CERTS)", tls: "good" },
  { name: "HTTPS, a certificate of an unknown authority", tls: "foreign" },
  { name: "HTTPS, an expired certificate", tls: "expired" },
  { name: "HTTPS, a certificate of another host", tls: "elsewhere" },
  {
    name: "HTTP where HTTPS is expected",
    endpoint: ({ endpoint }) => endpoint.replace("http:", "https:"),
  },
  { name: "nobody listens", endpoint: () => "http://127.0.0.1:9" },
  { name: "a host name that nobody knows", endpoint: () => "https://cognito.invalid" },
];

module.exports = { FAULTS };
