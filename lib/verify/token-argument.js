"use strict";

// The check of the argument that should be a token.

/** @import { Failure } from "../internal" */

const { failure } = require("../errors/failure");
const { TOKEN_MISSING } = require("../generated/failures");

const TOKEN_MISTYPED = failure("token-malformed", "jwt must be a string", {
  hint: "The token is not a string. Pass the token itself, such as the IdToken that login returned, not an object, a list or a Buffer.",
});

/**
 * The failure of what is no token, or undefined; in the words of the package jsonwebtoken.
 *
 * @param {unknown} token
 * @returns {Failure | undefined}
 */
function tokenFailure(token) {
  if (typeof token === "string" && token !== "") return undefined;
  return token ? TOKEN_MISTYPED : TOKEN_MISSING;
}

module.exports = { tokenFailure };
