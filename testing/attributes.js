"use strict";

// Users' attributes: which there are, and what a client may write.
// https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-attributes.html

const { refusal } = require("./answers.js");
const { BOUNDS } = require("./bounds.js");

const STANDARD = new Set(
  (
    "address birthdate email family_name gender given_name locale middle_name name nickname phone_number picture " +
    "preferred_username profile updated_at website zoneinfo"
  ).split(" "),
);
/** Attributes that only Cognito and administrators write. */
const NOT_THE_CLIENTS = ["sub", "email_verified", "phone_number_verified"];

const isInSchema = (name) =>
  STANDARD.has(name) || NOT_THE_CLIENTS.includes(name) || name.startsWith("custom:");

/** Lengths come first: https://www.rfc-editor.org/rfc/rfc5321#section-4.5.3.1, and 64 + 1 + 255 of both parts. */
const MOST_OF_AN_ADDRESS = 320;
function isEmail(text) {
  if (text.length > MOST_OF_AN_ADDRESS || /\s/.test(text)) return false;
  const [name, domain = "", ...more] = text.split("@");
  const dot = domain.indexOf(".", 1);
  return more.length === 0 && name !== "" && dot > 0 && dot < domain.length - 1;
}

const isFlagText = (value) => value === "true" || value === "false";

const isPhoneNumber = (text) => /^\+[0-9]{1,15}$/.test(text);

const FORMATS = [
  ["email", isEmail, "emailFormat"],
  ["phone_number", isPhoneNumber, "phoneFormat"],
  ["email_verified", isFlagText, "flagFormat"],
  ["phone_number_verified", isFlagText, "flagFormat"],
];

/** A request's list of `{ Name, Value }` as an object. An attribute without a value is not there. */
const attributesOf = (list = []) =>
  Object.fromEntries(
    list
      .filter(({ Value }) => Value !== undefined && Value !== null && Value !== "")
      .map(({ Name, Value }) => [Name, Value]),
  );

const listOf = (attributes) => Object.entries(attributes).map(([Name, Value]) => ({ Name, Value }));

/** The names of a request's list whose value is blank: they are deleted. API_UpdateUserAttributes.html */
const blanksOf = (list) => list.filter(({ Value = "" }) => Value === "").map(({ Name }) => Name);

const missing = (name) => `${name}: Attribute does not exist in the schema.\n`;

/** Throws if a user with attributes of these names has more custom ones than a pool's schema has room for. */
function checkCustom(names) {
  const failures = names
    .filter((name) => name.startsWith("custom:"))
    .slice(BOUNDS.customAttributes)
    .map(missing);
  if (failures.length > 0) throw refusal("attributes", { failures });
}

/**
 * Throws unless these attributes may be written: by the app client, or with `byAdmin` by an administrator; `required` must be among
 * them.
 */
function checkAttributes(attributes, { required = [], byAdmin = false } = {}) {
  const names = Object.keys(attributes);
  const forbidden = byAdmin ? ["sub"] : NOT_THE_CLIENTS;
  if (names.some((name) => forbidden.includes(name))) throw refusal("attributeUnwritable");
  const failures = [
    ...required
      .filter((name) => !names.includes(name))
      .map((name) => `${name}: The attribute is required\n`),
    // Every custom attribute is in this pool's schema.
    ...names.filter((name) => !isInSchema(name)).map(missing),
  ];
  if (failures.length > 0) throw refusal("attributes", { failures });
  checkCustom(names);
  for (const [name, hasForm, words] of FORMATS) {
    if (attributes[name] !== undefined && !hasForm(attributes[name])) throw refusal(words);
  }
}

module.exports = {
  STANDARD,
  attributesOf,
  blanksOf,
  checkAttributes,
  checkCustom,
  isEmail,
  isFlagText,
  isInSchema,
  isPhoneNumber,
  listOf,
};
