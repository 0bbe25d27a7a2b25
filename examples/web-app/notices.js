"use strict";

// What one page tells the next one over a redirect: a notice by its name, and the user name that a form has just been sent with.

const { USER_NAME, cookieOf } = require("./session");

/** The address has the name of one of these, and never a text: anybody can make a link. */
const NOTICES = {
  registered: "We have sent you a code. It confirms your account.",
  unconfirmed: "Your account has not been confirmed yet. Enter the code that we have sent you.",
  "not-sent": "Your account exists, but the code could not be sent. Please ask for another one.",
  "code-sent": "If there is such an account, we have sent a code.",
  "reset-required": "Please choose a new password. We have sent you a code for that.",
  confirmed: "Your account is confirmed. You can sign in now.",
  "password-set":
    "Your new password is set. You can sign in now. Other browsers stay signed in: sign out everywhere, at the profile, to end that.",
  saved: "Your profile is saved.",
  "email-code": "We have sent a code to your e-mail address.",
  "email-verified": "Your e-mail address is verified.",
  "password-changed":
    "Your password is changed. Other browsers stay signed in: sign out everywhere to end that.",
  "app-on": "From now on, we ask for the code of your authenticator app.",
  "app-off": "We do not ask for the code of your authenticator app any more.",
  "signed-out": "You have been signed out everywhere.",
  "account-deleted": "Your account is deleted.",
  done: "Done.",
  invited: "The user is invited.",
  "user-deleted": "The user is deleted.",
};

/** The notice that the address of a page names, if it does. */
function noticeOf(query) {
  const name = query.get("notice") ?? "";
  return Object.hasOwn(NOTICES, name) ? NOTICES[name] : undefined;
}

/** The user name is in a cookie and not in the address: addresses get into logs, and a user name is often an e-mail address. */
const SECONDS = 15 * 60;

/** A redirect to a page that shows a notice and, in its form, the user name. */
function leadTo(path, notice, username) {
  const redirect = `${path}?${new URLSearchParams({ notice })}`;
  if (username === undefined) {
    return { redirect };
  }
  const cookie = `${USER_NAME}=${encodeURIComponent(username)}; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=${SECONDS}`;
  return { redirect, headers: { "set-cookie": [cookie] } };
}

/** The user name that the last form had, or an empty one. */
function lastName(request) {
  try {
    return decodeURIComponent(cookieOf(request, USER_NAME) ?? "");
  } catch {
    // It was not this site that set it.
    return "";
  }
}

module.exports = { lastName, leadTo, noticeOf };
