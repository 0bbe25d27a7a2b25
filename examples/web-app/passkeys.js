"use strict";

// A user's passkeys: the list, a new one, and deleting one. All of it is Cognito's; the site keeps nothing, not even the options of a
// passkey that is being made: Cognito knows the challenge in them, and accepts it once.

const { AuthError, answerTo } = require("cognito-auth-native");
const { readForm } = require("./http");
const pages = require("./passkey-pages");
const { nameOf } = require("./session");

/** Whatever is wrong with it: nothing of it can be changed by hand. */
const NOT_ACCEPTED = "This passkey was not accepted. You can try again.";

async function showPasskeys({ account, claims }, { status = 200, message } = {}) {
  const list = await account.passkeys();
  return { status, page: pages.passkeys({ user: nameOf(claims), list, message }) };
}

/** The page that makes a passkey. A form leads to it, for asking Cognito for a challenge is more than reading. */
function startPasskey(context) {
  const { account, claims } = context;
  return orReason(context, async () => {
    const options = await account.startPasskey();
    return { page: pages.newPasskey({ user: nameOf(claims), options }) };
  });
}

async function addPasskey(context) {
  const form = await readForm(context.request);
  const action = async () => {
    await context.account.finishPasskey(form.get("credential") ?? "");
    return { redirect: "/passkeys" };
  };
  return orReason(context, action, NOT_ACCEPTED);
}

async function deletePasskey(context) {
  const form = await readForm(context.request);
  return orReason(context, async () => {
    await context.account.deletePasskey(form.get("id") ?? "");
    return { redirect: "/passkeys" };
  });
}

/** What the action gives, or the list with the reason why it failed. `text` is for a request that is not valid. */
async function orReason(context, action, text) {
  try {
    return await action();
  } catch (error) {
    // A token that is not accepted, and what is not the user's fault, are for app.js.
    if (!AuthError.is(error) || error.status === 401 || error.status >= 500) {
      throw error;
    }
    const { status, headers, body } = answerTo(error);
    const message = status === 400 && text !== undefined ? text : JSON.parse(body).message;
    return { ...(await showPasskeys(context, { status, message })), headers };
  }
}

/** The rows of the table of routes. */
const PASSKEYS = [
  { method: "GET", path: "/passkeys", answer: showPasskeys },
  { method: "POST", path: "/passkeys", answer: addPasskey },
  { method: "POST", path: "/passkeys/new", answer: startPasskey },
  { method: "POST", path: "/passkeys/delete", answer: deletePasskey },
].map((row) => ({ ...row, kind: "page", access: "account" }));

module.exports = { PASSKEYS };
