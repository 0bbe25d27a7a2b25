"use strict";

// What the site answers. A row's `access` says who gets as far as its function:
//
//   anybody    pages that are shown without a sign-in as well: `claims` is undefined then
//   signedIn   users with a token in the header Authorization or in the cookie
//   account    those whose browser has their access token too: the function gets `account`, their own account at Cognito
//   admins     users whose token names the group "admins"
//
// A page answers a refusal with HTML, the API with JSON; a file is for everybody. A function gets `{ request, query, claims, site }` and returns
// `{ page }`, `{ json }`, `{ redirect }` or `{ file, type }`, with `status` and `headers` if they matter.

const fs = require("node:fs");
const path = require("node:path");
const { ADMINISTRATION } = require("./admin");
const { ADMINS } = require("./admin-actions");
const { readForm, readJson } = require("./http");
const pages = require("./pages");
const { PASSKEYS } = require("./passkeys");
const { PROFILE } = require("./profile");
const { RECOVERY } = require("./recovery");
const { REGISTRATION } = require("./registration");
const { nameOf } = require("./session");
const { answerStep, showForm, signIn, signOut } = require("./sign-in");

/** Read once, as the site starts. */
function fileOf(name, type) {
  const file = fs.readFileSync(path.join(__dirname, name));
  return () => ({ file, type });
}

const style = fileOf("style.css", "css");
const passkeyScript = fileOf("passkeys.browser.js", "js");

const ROUTES = [
  { method: "GET", path: "/", kind: "page", access: "anybody", answer: home },
  { method: "GET", path: "/sign-in", kind: "page", access: "anybody", answer: showForm },
  { method: "POST", path: "/sign-in", kind: "page", access: "anybody", answer: signIn },
  { method: "POST", path: "/sign-in/step", kind: "page", access: "anybody", answer: answerStep },
  { method: "POST", path: "/sign-out", kind: "page", access: "anybody", answer: signOut },
  { method: "GET", path: "/account", kind: "page", access: "signedIn", answer: showAccount },
  { method: "POST", path: "/account", kind: "page", access: "signedIn", answer: addToAccount },
  ...REGISTRATION,
  ...RECOVERY,
  ...PROFILE,
  ...PASSKEYS,
  ...ADMINISTRATION,
  { method: "GET", path: "/passkeys.js", kind: "file", answer: passkeyScript },
  { method: "GET", path: "/api/notes", kind: "api", access: "signedIn", answer: listNotes },
  { method: "POST", path: "/api/notes", kind: "api", access: "signedIn", answer: addNote },
  { method: "GET", path: "/style.css", kind: "file", answer: style },
];

/** The policies of `auth.authenticate` and `auth.middleware`, by `kind` and `access`. `own` is for the access token. */
function policiesFor({ cookie, accessCookie, origins }) {
  const signedIn = { cookie, origins };
  return {
    page: {
      anybody: { ...signedIn, optional: true },
      signedIn,
      account: signedIn,
      admins: { ...signedIn, groups: ADMINS },
    },
    api: { signedIn: { ...signedIn, realm: "notes" } },
    own: { cookie: accessCookie, origins, use: "access" },
  };
}

function home({ claims }) {
  return { page: pages.home({ user: nameOf(claims) }) };
}

async function showAccount({ claims, site }, { status = 200, message } = {}) {
  const page = pages.account({
    user: nameOf(claims),
    email: claims.email,
    expires: new Date(claims.exp * 1000),
    notes: await site.notes.of(claims.sub),
    message,
  });
  return { status, page };
}

async function addToAccount(context) {
  const form = await readForm(context.request);
  const message = await context.site.notes.add(context.claims.sub, form.get("note"));
  return message === null
    ? { redirect: "/account" }
    : showAccount(context, { status: 400, message });
}

async function listNotes({ claims, site }) {
  return { json: { notes: await site.notes.of(claims.sub) } };
}

async function addNote(context) {
  const { claims, request, site } = context;
  const { note } = await readJson(request);
  // Anything else may be nested too deeply for a message to the other process.
  const message = await site.notes.add(claims.sub, typeof note === "string" ? note : "");
  if (message !== null) {
    return { status: 400, json: { error: "invalid_request", message } };
  }
  return { status: 201, ...(await listNotes(context)) };
}

module.exports = { ROUTES, policiesFor };
