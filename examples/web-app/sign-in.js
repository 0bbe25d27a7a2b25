"use strict";

// Signing in, in one step or several, and signing out.

const crypto = require("node:crypto");
const { readForm } = require("./http");
const { lastName, leadTo, noticeOf } = require("./notices");
const pages = require("./pages");
const { problemOf, tooMany } = require("./problems");
const session = require("./session");
const { answerOf, refusedText, stepPage } = require("./steps");

/** Where a sign-in may lead. An address from the form itself could be another site's. */
const RETURN_TO = ["/account", "/profile", "/passkeys", "/admin"];

/** Of a user name in Cognito. */
const LONGEST_NAME = 128;

/** After these, the same challenge can be answered again. */
const REPEATABLE = ["code-wrong", "password-policy"];

/**
 * Where a user must go before a sign-in can succeed, and the notice there. Cognito tells that a user is not confirmed even after a wrong
 * password.
 */
const FIRST = {
  "user-unconfirmed": ["/register/code", "unconfirmed"],
  "password-reset-required": ["/reset", "reset-required"],
};

/** Of a path below one of these, that one. */
const returnToOf = (path) =>
  RETURN_TO.find((known) => path === known || path?.startsWith(`${known}/`)) ?? RETURN_TO[0];

const showForm = ({ query, request }) => ({
  page: pages.signIn({
    returnTo: RETURN_TO[0],
    username: lastName(request),
    notice: noticeOf(query),
  }),
});

/**
 * Of a user name alone. A user pool that hides which users exist never refuses it: it shows a choice for every name. Some emulators refuse
 * the flow itself as a request that is not valid.
 */
const NO_CHOICE = "You cannot sign in without a password under this user name";
const WITHOUT_PASSWORD = { "bad-credentials": NO_CHOICE, "invalid-argument": NO_CHOICE };

/**
 * The first step: the user name and the password, or the user name alone. Only the button of its own asks for the second: a password that
 * was left out by mistake sends no code.
 */
async function signIn({ request, site }) {
  const form = await readForm(request);
  const username = form.get("username") ?? "";
  const password = form.get("password") ?? "";
  const isPasswordless = form.get("without") === "password";
  const returnTo = returnToOf(form.get("returnTo"));
  const again = (message) => pages.signIn({ returnTo, username, message });
  if (username === "" || username.length > LONGEST_NAME) {
    return { status: 400, page: again("Enter your user name") };
  }
  if (password === "" && !isPasswordless) {
    return { status: 400, page: again("Enter your password, or choose to sign in without one") };
  }
  const wait = await site.guesses.count(username);
  if (wait > 0) return blocked(wait, again);
  try {
    const step = isPasswordless
      ? await site.auth.startSignIn(username, { authFlow: "USER_AUTH" })
      : await site.auth.signIn(username, password);
    return await goOn(step, { username, returnTo, site });
  } catch (error) {
    if (Object.hasOwn(FIRST, error.reason)) {
      return leadTo(...FIRST[error.reason], username);
    }
    // The password is never sent back. `signIn` does not tell whether there is such a user.
    const texts = isPasswordless ? WITHOUT_PASSWORD : {};
    const { status, headers, message } = problemOf(error, site, texts);
    return { status, headers, page: again(message) };
  }
}

/** The further steps: a new password, a code, a choice. The challenge comes from the browser's cookie, sealed. */
async function answerStep({ request, site }) {
  const form = await readForm(request);
  const returnTo = returnToOf(form.get("returnTo"));
  const again = (message) => pages.signIn({ returnTo, message });
  const binding = session.cookieOf(request, session.BINDING) ?? "";
  let step;
  try {
    step = site.auth.resume(session.cookieOf(request, session.CHALLENGE), { binding });
  } catch (error) {
    // Changed, of another browser, or too old.
    const { status } = problemOf(error, site);
    const page = again("This sign-in cannot go on. Please start again.");
    return { status, headers: session.startAgain(), page };
  }
  if (!form.get("answer")) {
    return { status: 400, page: again("Something was missing. Please start again.") };
  }
  const wait = await site.guesses.count(step.username);
  if (wait > 0) return blocked(wait, again);
  try {
    return await goOn(await answerOf(step, form), { username: step.username, returnTo, site });
  } catch (error) {
    const { status, headers, message } = problemOf(error, site, {
      "bad-credentials": refusedText(step),
    });
    if (REPEATABLE.includes(error.reason)) {
      return { status, headers, page: stepPage(step, { returnTo, message }) };
    }
    return { status, headers: { ...headers, ...session.startAgain() }, page: again(message) };
  }
}

/** What a step has led to: the page that was asked for, or the form of the next step. */
async function goOn(step, { username, returnTo, site }) {
  if (step.signedIn) {
    // The name that was counted, which may be an e-mail address.
    await site.guesses.forget(username);
    return { redirect: returnTo, headers: session.signedIn(step) };
  }
  const binding = crypto.randomBytes(32).toString("base64url");
  const headers = session.halfWay(step.save({ binding }), binding);
  // Not a redirect: the secret of an authenticator app is shown once, and is not in the cookie.
  return { headers, page: stepPage(step, { returnTo }) };
}

function blocked(seconds, again) {
  const { message, ...reply } = tooMany(seconds);
  return { ...reply, page: again(message) };
}

/** Ends the sign-in at Cognito, too. The ID token stays good until it expires. */
async function signOut({ request, site }) {
  const token = session.cookieOf(request, session.REFRESH);
  if (token !== undefined) {
    // The browser forgets its tokens, whatever Cognito says.
    await site.auth.signOut(token).catch(site.report);
  }
  return { redirect: "/", headers: session.signedOut() };
}

module.exports = { answerStep, returnToOf, showForm, signIn, signOut };
