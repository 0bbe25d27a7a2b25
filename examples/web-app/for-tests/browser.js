"use strict";

// A browser without pages. It keeps cookies, and each request has a connection of its own, which goes to the other
// process.

const assert = require("node:assert/strict");

/** `urlOf` gives the site's address. */
function createBrowser(urlOf) {
  const jar = new Map();
  const processes = [];

  async function ask(method, route, fields, headers = {}) {
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join("; ");
    const response = await fetch(urlOf() + route, {
      method,
      redirect: "manual",
      headers: { connection: "close", ...(cookie && { cookie }), ...headers },
      body: fields && new URLSearchParams(fields),
    });
    processes.push(response.headers.get("x-process"));
    for (const header of response.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(header);
      assert.match(header, /; Path=\/; Secure; HttpOnly; SameSite=Lax/);
      // A browser drops a longer one without a word.
      assert.ok(header.length <= 4096, name);
      if (header.includes("Max-Age=0")) jar.delete(name);
      else jar.set(name, value);
    }
    return {
      status: response.status,
      location: response.headers.get("location"),
      headers: response.headers,
      text: await response.text(),
    };
  }

  const returnTo = "/account";
  return {
    jar,
    processes,
    ask,
    signIn: (username, password = "Labyrinth1") =>
      ask("POST", "/sign-in", { username, password, returnTo }),
    /** By the other button of the form. */
    signInWithout: (username) =>
      ask("POST", "/sign-in", { username, password: "", without: "password", returnTo }),
    answer: (answer, fields = {}) => ask("POST", "/sign-in/step", { answer, returnTo, ...fields }),
  };
}

const titleOf = ({ text }) => /<h1>([^<]*)<\/h1>/.exec(text)?.[1];
const alertOf = ({ text }) => /role="alert">([^<]*)</.exec(text)?.[1];

/** The values of the buttons that choose something. */
const choicesOf = ({ text }) =>
  [...text.matchAll(/<button name="answer" value="([^"]*)"/g)].map(([, value]) => value);

const CHARACTERS = { "&amp;": "&", "&lt;": "<", "&gt;": ">", "&quot;": '"', "&#39;": "'" };

/** The options of a passkey, as the page's script finds them. */
function optionsOf({ text }) {
  const [, escaped] = /data-options="([^"]*)"/.exec(text);
  return JSON.parse(escaped.replace(/&[^;]+;/g, (entity) => CHARACTERS[entity]));
}

/** The cookies of who is signed in. */
const SIGNED_IN = ["__Host-id-token", "__Host-access-token", "__Host-refresh-token"];

module.exports = { SIGNED_IN, alertOf, choicesOf, createBrowser, optionsOf, titleOf };
