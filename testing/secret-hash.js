"use strict";

// SECRET_HASH: https://docs.aws.amazon.com/cognito/latest/developerguide/signing-up-users-in-your-app.html#cognito-user-pools-computing-secret-hash

const crypto = require("node:crypto");
const { refusal } = require("./answers.js");

const hashOf = ({ clientId, clientSecret }, name) =>
  crypto
    .createHmac("sha256", clientSecret)
    .update(name + clientId)
    .digest("base64");

/**
 * Throws unless `given` is the hash that the app client needs. `name` is the name as given in the first step of a sign-in, and
 * in an answer to a challenge the real user name (USER_ID_FOR_SRP), whatever alias the sign-in began with.
 */
function checkSecretHash({ settings }, name, given) {
  const { clientId: client, clientSecret } = settings;
  if (clientSecret === undefined) {
    if (given !== undefined) throw refusal("secretHashUnexpected", { client });
    return;
  }
  if (given === undefined) throw refusal("secretHashMissing", { client });
  if (given !== hashOf(settings, name)) throw refusal("secretHashWrong", { client });
}

module.exports = { checkSecretHash };
