"use strict";

// Whether a value is what a comment shows. `…` stands for anything: in a string, for further members, for further entries.

const vm = require("node:vm");
const { isDeepStrictEqual } = require("node:util");

const REST = "…";

/** Whether a comment shows a value; others explain. After an arrow it always does. */
const showsValue = (text) => /^(?:→|["'{[\d]|(?:true|false|null|undefined)$)/.test(text);

/** The value that a comment shows. Throws if it cannot be read. */
function readShown(text) {
  const bare = text
    .replace(/^→\s*/, "")
    .replace(/,\s*…\s*\}/g, `, "${REST}": true }`)
    .replace(/,\s*…\s*\]/g, `, "${REST}" ]`);
  try {
    // Through JSON, so that its objects have this realm's prototypes; undefined is no JSON.
    return bare === "undefined"
      ? undefined
      : JSON.parse(vm.runInNewContext(`JSON.stringify(${`(${bare})`})`));
  } catch {
    throw new Error(`a comment shows no value that can be read: ${text}`);
  }
}

/** "eyJ…" is anything that begins so. */
function textMatches(shown, value) {
  if (typeof value !== "string") return false;
  const parts = shown.split(REST).map((part) => part.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&"));
  return new RegExp(`^${parts.join("[^]*")}$`).test(value);
}

function listMatches(shown, value) {
  if (!Array.isArray(value)) return false;
  const isOpen = shown.at(-1) === REST;
  const entries = isOpen ? shown.slice(0, -1) : shown;
  const enough = isOpen ? value.length >= entries.length : value.length === entries.length;
  return enough && entries.every((entry, index) => matches(entry, value[index]));
}

function objectMatches({ [REST]: isOpen, ...members }, value) {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  const names = Object.keys(members);
  const known = isOpen || Object.keys(value).every((name) => names.includes(name));
  return known && names.every((name) => name in value && matches(members[name], value[name]));
}

function matches(shown, value) {
  if (typeof shown === "string") return textMatches(shown, value);
  if (Array.isArray(shown)) return listMatches(shown, value);
  if (typeof shown === "object" && shown !== null) return objectMatches(shown, value);
  return isDeepStrictEqual(shown, value);
}

module.exports = { matches, readShown, showsValue };
