"use strict";

// Requests and responses, without a framework: what Express and its relatives otherwise do.

const MAX_BODY_BYTES = 16 * 1024;

/** A request that cannot be answered as asked. `message` is shown to the user. */
class HttpError extends Error {
  constructor(status, message, headers = {}) {
    super(message);
    this.status = status;
    this.headers = headers;
  }
}

const SECURITY_HEADERS = {
  // Scripts (there is one) and styles from this site's files alone, forms to this site alone, in nobody's frame. If somebody's text
  // ever got into a page unescaped, it could still not run code: scripts in a page do not run.
  "content-security-policy":
    "default-src 'none'; script-src 'self'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  "x-content-type-options": "nosniff",
  // Not "no-referrer": browsers would then send "Origin: null" with the site's own forms.
  "referrer-policy": "same-origin",
  // What a page shows depends on who is signed in: neither proxies nor the Back button may bring it back.
  "cache-control": "no-store",
};

const TYPES = {
  css: "text/css; charset=utf-8",
  html: "text/html; charset=utf-8",
  js: "text/javascript; charset=utf-8",
  json: "application/json",
};

function send(response, { status = 200, type = "html", headers = {}, body = "" }) {
  response.writeHead(status, { ...SECURITY_HEADERS, ...headers, "content-type": TYPES[type] });
  response.end(body);
}

function readBody(request, type) {
  return new Promise((resolve, reject) => {
    const [given] = (request.headers["content-type"] ?? "").split(";");
    if (given.trim().toLowerCase() !== type) {
      reject(new HttpError(415, `Send this as ${type}.`));
      return;
    }
    const chunks = [];
    let length = 0;
    request.on("data", (chunk) => {
      length += chunk.length;
      if (length <= MAX_BODY_BYTES) {
        chunks.push(chunk);
      } else {
        // What still comes is dropped, and the connection is closed after the answer.
        chunks.length = 0;
        reject(new HttpError(413, "This is too long.", { connection: "close" }));
      }
    });
    request.once("end", () => resolve(Buffer.concat(chunks).toString("utf8")));
    // The connection broke: there is nobody who could be answered, and nothing that the operator could do.
    const breakOff = () => reject(new HttpError(400, "The request is not complete."));
    request.once("error", breakOff);
    request.once("close", breakOff);
  });
}

/** The fields of a form. `URLSearchParams` gives strings only, whatever the names in the body are. */
async function readForm(request) {
  return new URLSearchParams(await readBody(request, "application/x-www-form-urlencoded"));
}

/** A JSON object, whose members may be of any type. */
async function readJson(request) {
  const text = await readBody(request, "application/json");
  let value;
  try {
    value = JSON.parse(text);
  } catch {
    // The parser's own message quotes the body.
  }
  if (value === null || typeof value !== "object") {
    throw new HttpError(400, "The request body must be a JSON object.");
  }
  return value;
}

module.exports = { HttpError, readForm, readJson, send };
