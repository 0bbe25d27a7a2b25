"use strict";

// https://docs.aws.amazon.com/cognito/latest/developerguide/managing-users-passwords.html#user-pool-settings-policies

const { refusal } = require("./answers.js");

/** That of the tutorial's pool. Cognito's own default asks for a symbol as well. */
const DEFAULT_POLICY = {
  minimumLength: 8,
  requireUppercase: true,
  requireLowercase: true,
  requireNumbers: true,
  requireSymbols: false,
};

/** The policy's member, what a password must have, and Cognito's words if it has not. */
const RULES = [
  ["requireUppercase", /[A-Z]/, "Password must have uppercase characters"],
  ["requireLowercase", /[a-z]/, "Password must have lowercase characters"],
  ["requireNumbers", /[0-9]/, "Password must have numeric characters"],
  [
    "requireSymbols",
    /[\^$*.[\]{}()?"!@#%&/\\,><':;|_~`=+-]/,
    "Password must have symbol characters",
  ],
];

function checkPassword({ passwordPolicy }, password) {
  if (password.length < passwordPolicy.minimumLength) {
    throw refusal("passwordPolicy", { how: "Password not long enough" });
  }
  for (const [rule, pattern, how] of RULES) {
    if (passwordPolicy[rule] && !pattern.test(password)) throw refusal("passwordPolicy", { how });
  }
}

module.exports = { DEFAULT_POLICY, checkPassword };
