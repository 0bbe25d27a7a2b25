"use strict";

// The user who signs in, and the password.

const { refusal } = require("../answers.js");
const { passwordOf } = require("../users.js");

/** The refusal of a name that there is not: not all pools tell which names exist. */
const noUser = ({ hideUnknownUsers }) =>
  refusal(hideUnknownUsers ? "badCredentials" : "userMissing");

/** Throws unless this user may begin to sign in. */
function checkMaySignIn({ attempts }, user) {
  attempts.check(user);
  if (!user.enabled) throw refusal("userDisabled");
  // Even with a wrong password: aws/aws-sdk-js#4608, amazon-archives/amazon-cognito-identity-js#288.
  if (user.status === "UNCONFIRMED") throw refusal("userUnconfirmed");
}

function checkNoReset({ status }) {
  if (status === "RESET_REQUIRED") throw refusal("passwordReset");
}

/** After the password: `isRight` says whether it was the user's. */
function passwordShown({ users, attempts }, user, isRight) {
  if (!isRight) {
    attempts.failed(user);
    throw refusal("badCredentials");
  }
  if (user.status === "FORCE_CHANGE_PASSWORD" && users.isTemporaryPasswordExpired(user)) {
    throw refusal("temporaryPasswordExpired");
  }
}

function checkPassword(state, user, password) {
  const right = passwordOf(user);
  passwordShown(state, user, right !== undefined && password === right);
}

module.exports = {
  checkMaySignIn,
  checkNoReset,
  checkPassword,
  noUser,
  passwordShown,
};
