"use strict";

// What a form says of a failure.

const { AuthError, answerTo } = require("cognito-auth-native");

/**
 * The status, the headers and the message. What is not a failure of the addon's is for app.js.
 *
 * @param {unknown} error
 * @param {object} site
 * @param {Record<string, string>} [texts] The page's own messages, by reason.
 */
function problemOf(error, site, texts = {}) {
  if (!AuthError.is(error)) {
    throw error;
  }
  site.report(error);
  const { status, headers, body } = answerTo(error, { text: (reason) => texts[reason] });
  return { status, headers, message: JSON.parse(body).message };
}

/** What a form says after too many guesses: it can be sent again in so many seconds. */
const tooMany = (seconds) => ({
  status: 429,
  headers: { "retry-after": String(seconds) },
  message: "There were too many attempts. Please try again later.",
});

/** With these, a code is worth nothing. Which of them it is tells whether there is such a user: the forms say the same of all. */
const CODE_REASONS = [
  "code-wrong",
  "code-expired",
  "not-authorized",
  "user-disabled",
  "user-missing",
  "user-unconfirmed",
];

/** As `problemOf`, for a form with a user name and a code that anybody can send. */
function codeProblemOf(error, site, texts) {
  if (AuthError.is(error) && CODE_REASONS.includes(error.reason)) {
    return { status: 400, message: "This code is wrong or too old. You can ask for another one." };
  }
  return problemOf(error, site, texts);
}

/** Cognito answers these only for users who exist. */
const SILENT = ["attempts-exceeded", "delivery-failed"];

/** Waits until a code has been sent to a user name. The outcome is the same for every name, whether or not there is such a user. */
async function quietly(sending, site) {
  try {
    await sending;
  } catch (error) {
    if (!AuthError.is(error) || !SILENT.includes(error.reason)) {
      throw error;
    }
    site.report(error);
  }
}

const END = /^(?:token-(?!scopes)|password-reset-required$|user-(?:disabled|missing|unconfirmed)$)/;

/**
 * Whether Cognito does not accept a user's access token any more. It knows what the token does not say: that the user has signed out
 * everywhere, for example, has been deleted, or must choose a new password. The sign-in says which.
 */
const isEndOfSession = (error) => AuthError.is(error) && END.test(error.reason);

module.exports = { codeProblemOf, isEndOfSession, problemOf, quietly, tooMany };
