"use strict";

// The cookies of a browser. What is in them is all that the site knows of a session, so the server keeps no list of sessions, and any
// process may answer the next request.

/**
 * A browser takes a cookie whose name begins with `__Host-` only over HTTPS and for this host: neither another
 * sub-domain nor somebody on the network can set it. Chromium accepts it from http://localhost too.
 */
const COOKIE = "__Host-id-token";
/** For what users do with their own account at Cognito, such as adding a passkey. */
const ACCESS = "__Host-access-token";
const REFRESH = "__Host-refresh-token";
/** A sign-in that is half-way, as `challenge.save()` gives it, and the secret of this browser that it is bound to. */
const CHALLENGE = "__Host-challenge";
const BINDING = "__Host-binding";
/** The user name that the last form had (notices.js). */
const USER_NAME = "__Host-user-name";

/**
 * - HttpOnly: scripts cannot read it.
 * - Secure and Path=/: `__Host-` requires them.
 * - SameSite=Lax: other sites' forms do not send it, links to this site do.
 * - No Max-Age: it goes when the browser is closed. The ID and the access token expire after an hour (the app client's settings), a
 *   challenge after 15 minutes.
 */
const ATTRIBUTES = "Path=/; Secure; HttpOnly; SameSite=Lax";

/** Browsers ignore a cookie of more bytes, with its name and attributes. */
const MAX_BYTES = 4096;

/** The values are tokens, or text of `save`: letters, digits, "-", "_", "." and "=". Nothing has to be escaped. */
function set(name, value) {
  const cookie = `${name}=${value}; ${ATTRIBUTES}`;
  if (cookie.length > MAX_BYTES) {
    throw new Error(`${name} is too long for a cookie: keep it on the server`);
  }
  return cookie;
}

const remove = (name) => `${name}=; ${ATTRIBUTES}; Max-Age=0`;

/** The header that signs the browser in. */
const signedIn = ({ idToken, accessToken, refreshToken }) => ({
  "set-cookie": [
    set(COOKIE, idToken),
    set(ACCESS, accessToken),
    set(REFRESH, refreshToken),
    remove(CHALLENGE),
    remove(BINDING),
  ],
});

/** The header that keeps a challenge until its answer. */
const halfWay = (challenge, binding) => ({
  "set-cookie": [set(CHALLENGE, challenge), set(BINDING, binding)],
});

/** The header that forgets a sign-in that is half-way. */
const startAgain = () => ({ "set-cookie": [remove(CHALLENGE), remove(BINDING)] });

/** The header that signs the browser out. The next user of the browser learns no name either. */
const signedOut = () => ({
  "set-cookie": [COOKIE, ACCESS, REFRESH, CHALLENGE, BINDING, USER_NAME].map(remove),
});

/** A cookie's value, undefined if there is none, or more than one. */
function cookieOf({ headers }, name) {
  const pairs = (headers.cookie ?? "").split(";").map((pair) => pair.trim());
  const values = pairs.filter((pair) => pair.startsWith(`${name}=`));
  const [value] = values;
  return values.length === 1 ? value.slice(name.length + 1) : undefined;
}

/** The name of the user whose ID token has these claims, undefined if nobody is signed in. */
const nameOf = (claims) => claims?.["cognito:username"];

module.exports = {
  ACCESS,
  BINDING,
  CHALLENGE,
  COOKIE,
  REFRESH,
  USER_NAME,
  cookieOf,
  halfWay,
  nameOf,
  signedIn,
  signedOut,
  startAgain,
};
