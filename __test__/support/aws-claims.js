"use strict";

// In a process of its own, as AWS's client takes ten times as long within Jest: for each claim of the files that are named in the
// arguments, what amazon-cognito-identity-js makes of its inputs, as JSON.

const crypto = require("node:crypto");
const AuthenticationHelper = require("amazon-cognito-identity-js/lib/AuthenticationHelper").default;
const BigInteger = require("amazon-cognito-identity-js/lib/BigInteger").default;

const integer = (digits) => new BigInteger(digits, 16);

/** What a method of the client hands to its callback, which it calls at once. */
function given(call) {
  let result;
  call((error, value) => {
    if (error) throw error;
    result = value;
  });
  return result;
}

/** `SRP_A` and the claim for the secret exponent `a`. */
function claimOf({ poolId, userId, password, a, SRP_B, SALT, SECRET_BLOCK, TIMESTAMP }) {
  const poolName = poolId.slice(poolId.indexOf("_") + 1);
  class Helper extends AuthenticationHelper {
    generateRandomSmallA() {
      return integer(a);
    }
  }
  const helper = new Helper(poolName);
  const publicValue = given((callback) => helper.getLargeAValue(callback));
  const key = given((callback) =>
    helper.getPasswordAuthenticationKey(userId, password, integer(SRP_B), integer(SALT), callback),
  );
  const signature = crypto
    .createHmac("sha256", Buffer.from(key))
    .update(poolName + userId)
    .update(Buffer.from(SECRET_BLOCK, "base64"))
    .update(TIMESTAMP);
  return {
    SRP_A: publicValue.toString(16),
    PASSWORD_CLAIM_SIGNATURE: signature.digest("base64"),
  };
}

const claims = process.argv.slice(2).flatMap((file) => require(file));
console.log(JSON.stringify(claims.map(claimOf)));
