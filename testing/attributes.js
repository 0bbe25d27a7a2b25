"use strict";

// Users' attributes: which there are, and what a client may write.
// https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-attributes.html

const { refusal } = require("./answers.js");

const STANDARD = new Set(
  (
    "address birthdate email family_name gender given_name locale middle_name name nickname phone_number picture " +
    "preferred_username profile updated_at website zoneinfo"
  ).split(" "),
);
/** Attributes that only Cognito and administrators write. */
const NOT_THE_CLIENTS = new Set(["sub", "email_verified", "phone_number_verified"]);

const FORMATS = [
  ["email", /^[^\s@]+@[^\s@]+\.[^\s@]+$/, "emailFormat"],
  ["phone_number", /^\+[0-9]{1,15}$/, "phoneFormat"],
];

/** A request's list of `{ Name, Value }` as an object. An attribute without a value is not there. */
const attributesOf = (list = []) =>
  Object.fromEntries(
    list
      .filter(({ Value }) => Value !== undefined && Value !== null && Value !== "")
      .map(({ Name, Value }) => [Name, Value]),
  );

const listOf = (attributes) => Object.entries(attributes).map(([Name, Value]) => ({ Name, Value }));

/** Throws unless a new user of the app client may have these attributes. */
function checkAttributes({ requiredAttributes }, attributes) {
  const names = Object.keys(attributes);
  if (names.some((name) => NOT_THE_CLIENTS.has(name))) throw refusal("attributeUnwritable");
  const failures = [
    ...requiredAttributes
      .filter((name) => !names.includes(name))
      .map((name) => `${name}: The attribute is required\n`),
    // Every custom attribute is in this pool's schema.
    ...names
      .filter((name) => !STANDARD.has(name) && !name.startsWith("custom:"))
      .map((name) => `${name}: Attribute does not exist in the schema.\n`),
  ];
  if (failures.length > 0) throw refusal("attributes", { failures });
  for (const [name, format, words] of FORMATS) {
    if (attributes[name] !== undefined && !format.test(attributes[name])) throw refusal(words);
  }
}

module.exports = { STANDARD, attributesOf, checkAttributes, listOf };
