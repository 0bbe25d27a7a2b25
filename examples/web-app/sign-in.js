"use strict";

// Signing in and out.

const { AuthError, answerTo } = require("cognito-auth-native");
const { readForm } = require("./http");
const pages = require("./pages");
const { signedIn, signedOut } = require("./session");

/** Where a sign-in may lead. An address from the form itself could be another site's. */
const RETURN_TO = ["/account", "/admin"];

/** Both get one answer, so that nobody learns from the form who has an account. */
const WRONG = ["bad-credentials", "user-missing"];

const returnToOf = (path) => (RETURN_TO.includes(path) ? path : RETURN_TO[0]);

const showForm = () => ({ page: pages.signIn({ returnTo: RETURN_TO[0] }) });

async function signIn({ request, site }) {
  const form = await readForm(request);
  const username = form.get("username") ?? "";
  const password = form.get("password") ?? "";
  const returnTo = returnToOf(form.get("returnTo"));
  if (username === "" || password === "") {
    const message = "Enter your user name and your password";
    return { status: 400, page: pages.signIn({ returnTo, username, message }) };
  }
  try {
    const idToken = await site.auth.login(username, password);
    return { redirect: returnTo, headers: signedIn(idToken) };
  } catch (error) {
    if (!AuthError.is(error)) {
      throw error;
    }
    site.report(error);
    const { status, headers, message } = problemOf(error);
    // The password is never sent back.
    return { status, headers, page: pages.signIn({ returnTo, username, message }) };
  }
}

/** What the form says of a failed sign-in. */
function problemOf(error) {
  if (WRONG.includes(error.reason)) {
    return { status: 401, message: "The user name or the password is wrong" };
  }
  const { status, headers, body } = answerTo(error);
  return { status, headers, message: JSON.parse(body).message };
}

function signOut() {
  return { redirect: "/", headers: signedOut() };
}

module.exports = { returnToOf, showForm, signIn, signOut };
