"use strict";

// Signing in and out.

const { AuthError, answerTo } = require("cognito-auth-native");
const { readForm } = require("./http");
const { requireOwnPage } = require("./origin");
const pages = require("./pages");
const { signedIn, signedOut } = require("./session");

/** Where a sign-in may lead. An address from the form itself could be another site's. */
const RETURN_TO = ["/account", "/admin"];

const returnToOf = (path) => (RETURN_TO.includes(path) ? path : RETURN_TO[0]);

const showForm = () => ({ page: pages.signIn({ returnTo: RETURN_TO[0] }) });

async function signIn({ request, site }) {
  requireOwnPage(request, site.origin);
  const form = await readForm(request);
  const username = form.get("username") ?? "";
  const returnTo = returnToOf(form.get("returnTo"));
  try {
    const idToken = await site.auth.login(username, form.get("password") ?? "");
    return { redirect: returnTo, headers: signedIn(idToken) };
  } catch (error) {
    if (!AuthError.is(error)) {
      throw error;
    }
    const { status, headers, body } = answerTo(error);
    if (status >= 500) {
      console.error(error);
    }
    const { message } = JSON.parse(body);
    // The answer's content type is the page's. The password is never sent back.
    const page = pages.signIn({ returnTo, username, message });
    return { status, headers, page };
  }
}

function signOut({ request, site }) {
  requireOwnPage(request, site.origin);
  return { redirect: "/", headers: signedOut() };
}

module.exports = { returnToOf, showForm, signIn, signOut };
