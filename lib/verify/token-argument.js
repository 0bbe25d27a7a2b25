"use strict";

// The check of the argument that should be a token.

/** @import { Failure } from "../internal" */

const { failure } = require("../errors/failure");

/**
 * The failure of what is no token, or undefined; in the words of the package jsonwebtoken.
 *
 * @param {unknown} token
 * @returns {Failure | undefined}
 */
function tokenFailure(token) {
  if (typeof token === "string" && token !== "") return undefined;
  return failure("token-malformed", token ? "jwt must be a string" : "jwt must be provided", {
    hint: token
      ? "The token is not a string. Pass the token itself, such as the IdToken that login returned, not an object, a list or a Buffer."
      : "There is no token. Check where the application reads it: the part of the Authorization header after `Bearer `, for example.",
  });
}

module.exports = { tokenFailure };
