"use strict";

// Forged tokens of a given size, in the shapes that are expensive for one parser or another. All of them are refused, and
// anybody can send them: what they cost is paid before a signature has been verified.

const MAXIMUM_DEPTH = 64;

/** `unit` as often as it fits between `head` and `tail` within `room` bytes. */
function filled(room, head, unit, tail) {
  const count = Math.floor((room - head.length - tail.length) / unit.length);
  return head + unit.repeat(Math.max(0, count)) + tail;
}

/** Members with different short names, so that a parser that looks for duplicates has to compare. */
function members(room, start, value) {
  const parts = [start];
  for (let i = 0, length = start.length; ; i++) {
    const member = `,"${i.toString(36)}":${value}`;
    length += member.length;
    if (length + 1 > room) return `${parts.join("")}}`;
    parts.push(member);
  }
}

/** Arrays to `depth`, with repetitions of `unit` in the innermost one. */
const nested = (depth, before, unit, after) => (room, start) =>
  filled(room, `${start},"a":${"[".repeat(depth)}${before}`, unit, `${after}${"]".repeat(depth)}}`);

/** JSON objects of `room` bytes that begin with `start`, by the name of their shape. */
const OBJECTS = {
  "long text": (room, start) => filled(room, `${start},"a":"`, "x", '"}'),
  "many members": (room, start) => members(room, start, "0"),
  "many objects": (room, start) => members(room, start, "{}"),
  "deep arrays": (room, start) => {
    const depth = Math.floor((room - start.length - 7) / 2);
    return `${start},"a":${"[".repeat(depth)}${"]".repeat(depth)}}`;
  },
  "deep objects": (room, start) => {
    const depth = Math.floor((room - start.length - 7) / 6);
    return `${start},"a":${'{"a":'.repeat(depth)}0${"}".repeat(depth)}}`;
  },
  "nested, long text": nested(MAXIMUM_DEPTH - 1, '"', "x", '"'),
  "nested, escapes": nested(MAXIMUM_DEPTH - 1, '"', "\\n", '"'),
  "nested, Unicode escapes": nested(MAXIMUM_DEPTH - 1, '"', "\\u0041", '"'),
  "nested, numbers": nested(MAXIMUM_DEPTH - 1, "0", ",0", ""),
  "nested, empty arrays": nested(MAXIMUM_DEPTH - 2, "0", ",[]", ""),
  "nested, empty objects": nested(MAXIMUM_DEPTH - 2, "0", ",{}", ""),
};

const encode = (json) => Buffer.from(json).toString("base64url");

/** Tokens of at most `size` characters by the name of their shape; `plain` is the forged token that gives the other parts. */
function forgedTokens(plain, size) {
  const [header, payload, signature] = plain.split(".");
  const start = (part) => Buffer.from(part, "base64url").toString().slice(0, -1);
  const bytes = (...others) => Math.floor((size - others.join("..").length - 1) * 0.75);
  const shapes = {
    "header is not JSON": `${"A".repeat(size - payload.length - signature.length - 2)}.${payload}.${signature}`,
    "long signature": `${header}.${payload}.${"A".repeat(size - header.length - payload.length - 2)}`,
    "many parts": ".".repeat(size),
  };
  for (const [name, object] of Object.entries(OBJECTS)) {
    const inHeader = object(bytes(payload, signature), start(header));
    shapes[`header: ${name}`] = `${encode(inHeader)}.${payload}.${signature}`;
    const inPayload = object(bytes(header, signature), start(payload));
    shapes[`payload: ${name}`] = `${header}.${encode(inPayload)}.${signature}`;
  }
  return shapes;
}

module.exports = { forgedTokens };
