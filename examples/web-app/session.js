"use strict";

// The cookie that keeps a user signed in. It holds the ID token, so the server keeps no list of sessions.

/**
 * A browser takes a cookie whose name begins with `__Host-` only over HTTPS and for this host: neither another
 * sub-domain nor somebody on the network can set it. Chromium accepts it from http://localhost too.
 */
const COOKIE = "__Host-id-token";

/**
 * - HttpOnly: scripts cannot read it.
 * - Secure and Path=/: `__Host-` requires them.
 * - SameSite=Lax: other sites' forms do not send it, links to this site do.
 * - No Max-Age: it goes when the browser is closed. The token in it expires after an hour (the app client's setting).
 */
const ATTRIBUTES = "Path=/; Secure; HttpOnly; SameSite=Lax";

/** The header that signs the browser in. A token consists of letters, digits, "-", "_" and ".": nothing to be escaped. */
const signedIn = (idToken) => ({ "set-cookie": `${COOKIE}=${idToken}; ${ATTRIBUTES}` });

/** The header that signs the browser out. The token itself stays valid until it expires. */
const signedOut = () => ({ "set-cookie": `${COOKIE}=; ${ATTRIBUTES}; Max-Age=0` });

module.exports = { COOKIE, signedIn, signedOut };
