"use strict";

const crypto = require("node:crypto");
const { encodeJson } = require("./jws.js");

/**
 * As opaque as Cognito's, which are encrypted for Cognito itself (five parts):
 * https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-refresh-token.html
 */
function newRefreshToken() {
  const header = encodeJson({ cty: "JWT", enc: "A256GCM", alg: "RSA-OAEP" });
  const parts = [256, 12, 1002, 16].map((size) => crypto.randomBytes(size).toString("base64url"));
  return [header, ...parts].join(".");
}

module.exports = { newRefreshToken };
