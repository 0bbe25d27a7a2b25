"use strict";

// Filters of ListUsers: `email ^= "the\"seus"`.
// https://docs.aws.amazon.com/cognito/latest/developerguide/how-to-manage-user-accounts.html#cognito-user-pools-searching-for-users-using-listusers-api

const { refusal } = require("./answers.js");

const ATTRIBUTES = "email phone_number name given_name family_name preferred_username sub".split(
  " ",
);

/** Attribute that can be searched → its value for a user. Custom attributes can not. */
const SEARCHED = {
  __proto__: null,
  ...Object.fromEntries(ATTRIBUTES.map((name) => [name, ({ attributes }) => attributes[name]])),
  username: ({ username }) => username,
  "cognito:user_status": ({ status }) => status,
  status: ({ enabled }) => (enabled ? "Enabled" : "Disabled"),
};

const FILTER = /^\s*"?([\w:]+)"?\s*(\^?=)\s*"((?:[^"\\]|\\.)*)"\s*$/;

/** Whether a user passes the filter, as a function. An empty one lets everybody pass. */
function filterOf(text) {
  if (text.trim() === "") return () => true;
  const [, name, operator, quoted] = FILTER.exec(text) ?? [];
  const read = SEARCHED[name];
  if (read === undefined) throw refusal("filterMalformed");
  const wanted = quoted.replace(/\\(.)/g, "$1");
  return operator === "="
    ? (user) => read(user) === wanted
    : (user) => read(user)?.startsWith(wanted) === true;
}

module.exports = { filterOf };
