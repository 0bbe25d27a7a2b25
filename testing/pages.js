"use strict";

// Lists, a page at a time.

const crypto = require("node:crypto");
const { refusal } = require("./answers.js");

const MOST = 60;

/**
 * A token holds the name of the next page's first member, and its place for the case that the member is deleted meanwhile. The code in front
 * binds it to its list: a token of another pool, operation, filter, group or user is refused.
 */
const codeOf = ({ pageKey }, list, text) =>
  crypto
    .createHmac("sha256", pageKey)
    .update(JSON.stringify([list, text]))
    .digest("base64url");

function tokenOf(state, list, place) {
  const text = Buffer.from(JSON.stringify(place)).toString("base64url");
  return `${codeOf(state, list, text)}.${text}`;
}

function placeOf(state, list, token) {
  const [code, text = ""] = token.split(".");
  if (code !== codeOf(state, list, text)) throw refusal("pageForeign");
  return JSON.parse(Buffer.from(text, "base64url"));
}

/** Where the page of this token begins. */
function startOf(state, names, { list, token }) {
  if (token === undefined) return 0;
  const { name, index } = placeOf(state, list, token);
  const found = names.indexOf(name);
  return found === -1 ? index : found;
}

/**
 * A page of `all`, whose members have names that stay: `{ page, next }`, where `next` is undefined at the end. `list` says which list of
 * the pool it is. A limit of 0 is none.
 */
function pageOf(state, all, { list, nameOf = String, limit, token, most = MOST }) {
  const names = all.map(nameOf);
  const start = startOf(state, names, { list, token });
  const index = start + (limit || most);
  return {
    page: all.slice(start, index),
    next: index < all.length ? tokenOf(state, list, { name: names[index], index }) : undefined,
  };
}

module.exports = { pageOf };
