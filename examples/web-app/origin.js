"use strict";

// Cross-site request forgery: another site's page can make a visitor's browser send a form to this one, and the browser
// adds this site's cookies. `auth.authenticate` and `auth.middleware` refuse such requests where the token comes from a cookie.
// A form that needs no token has to be checked as well: with the sign-in form, another site could sign the visitor in as somebody
// else. So app.js checks every form here.

const { HttpError } = require("./http");

/**
 * Lets a request pass that comes from a page of this site, or from a program that is no browser.
 *
 * @param {import("node:http").IncomingMessage} request
 * @param {string} origin Of this site, such as "https://www.example.com". It is a setting: the header Host would name
 * neither the scheme nor, behind a proxy, the right host.
 */
function requireOwnPage({ headers }, origin) {
  // Set by browsers, and never by scripts. "none": the user typed the address, or loaded the page again.
  const site = headers["sec-fetch-site"];
  if (site !== undefined) {
    // A "same-site" request may come from any sub-domain, and from any port.
    if (site !== "same-origin" && site !== "none") {
      refuse();
    }
  } else if (headers.origin !== undefined && headers.origin !== origin) {
    // An older browser, which sends Origin with each form of another site: scheme, host and port, or "null".
    refuse();
  }
}

function refuse() {
  throw new HttpError(403, "This request came from another site.");
}

module.exports = { requireOwnPage };
