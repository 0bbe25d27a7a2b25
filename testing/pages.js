"use strict";

// Lists, a page at a time.

const { refusal } = require("./answers.js");

const MOST = 60;

/** A page of `all`, from the place that the token names: `{ page, next }`, where `next` is undefined at the end. */
function pageOf(all, { limit, token, most = MOST }) {
  const start = token === undefined ? 0 : placeOf(token);
  const end = start + (limit || most);
  return {
    page: all.slice(start, end),
    next: end < all.length ? Buffer.from(`place:${end}`).toString("base64url") : undefined,
  };
}

function placeOf(token) {
  const [, place] = /^place:(\d+)$/.exec(Buffer.from(token, "base64url").toString()) ?? [];
  if (place === undefined) throw refusal("pageMalformed");
  return Number(place);
}

module.exports = { pageOf };
