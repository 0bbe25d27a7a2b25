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

/** A refresh token's secret hash is that of its user's real name: aws/aws-sdk-net-extensions-cognito#122. */
function checkRefreshHash({ settings }, name, given) {
  const { clientId: client, clientSecret } = settings;
  // Nobody looks at a hash that a client without a secret sends here: measured by the authors of ministack.
  if (clientSecret === undefined) return;
  if (given === undefined) throw refusal("secretHashMissing", { client });
  if (given !== hashOf(settings, name)) throw refusal("refreshHashWrong", { client });
}

/**
 * Throws unless `given` is the app client's secret, which GetTokensFromRefreshToken and RevokeToken take as it is. Nobody has
 * quoted what they answer to another one: the words are those of the secret hash.
 */
function checkClientSecret({ settings }, given) {
  const { clientId: client, clientSecret } = settings;
  if (given === clientSecret) return;
  if (clientSecret === undefined) throw refusal("secretHashUnexpected", { client });
  throw refusal(given === undefined ? "secretHashMissing" : "secretHashWrong", { client });
}

module.exports = { checkClientSecret, checkRefreshHash, checkSecretHash };
