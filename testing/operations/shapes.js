"use strict";

// Requests as the API's model describes them, and Cognito's words for one that does not fit.

const { refusal } = require("../answers.js");

/**
 * The model's shapes that operations name. `sensitive` values are not in messages, but for the client's id (boto/boto3#3581).
 * https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_Operations.html
 */
const SHAPES = {
  UserPoolId: { min: 1, max: 55, pattern: "[\\w-]+_[0-9a-zA-Z]+" },
  ClientId: { min: 1, max: 128, pattern: "[\\w+]+", sensitive: true, shown: true },
  SecretHash: { min: 1, max: 128, pattern: "[\\w+=/]+", sensitive: true },
  Username: { min: 1, max: 128, pattern: "[\\p{L}\\p{M}\\p{S}\\p{N}\\p{P}]+", sensitive: true },
  Password: { max: 256, pattern: "[\\S]+", sensitive: true },
  Session: { min: 20, max: 4096, sensitive: true },
  ChallengeName: {
    values: [
      "SMS_MFA",
      "EMAIL_OTP",
      "SOFTWARE_TOKEN_MFA",
      "SELECT_MFA_TYPE",
      "MFA_SETUP",
      "PASSWORD_VERIFIER",
      "CUSTOM_CHALLENGE",
      "SELECT_CHALLENGE",
      "DEVICE_SRP_AUTH",
      "DEVICE_PASSWORD_VERIFIER",
      "ADMIN_NO_SRP_AUTH",
      "NEW_PASSWORD_REQUIRED",
      "SMS_OTP",
      "PASSWORD",
      "WEB_AUTHN",
      "PASSWORD_SRP",
    ],
  },
  Token: { pattern: "[A-Za-z0-9-_=.]+", sensitive: true },
  ClientSecret: { min: 24, max: 64, pattern: "[\\w+]+", sensitive: true },
  DeviceKey: { min: 1, max: 55, pattern: "[\\w-]+_[0-9a-f-]+" },
  AssociatedSessions: { values: ["NONE", "LINKED"] },
  UserCode: { min: 6, max: 6, pattern: "[0-9]+", sensitive: true },
  Text: { min: 0, max: 131_072 },
  AuthFlow: {
    values: [
      "USER_SRP_AUTH",
      "REFRESH_TOKEN_AUTH",
      "REFRESH_TOKEN",
      "CUSTOM_AUTH",
      "ADMIN_NO_SRP_AUTH",
      "USER_PASSWORD_AUTH",
      "ADMIN_USER_PASSWORD_AUTH",
      "USER_AUTH",
    ],
  },
  AttributeName: { min: 1, max: 32, pattern: "[\\p{L}\\p{M}\\p{S}\\p{N}\\p{P}\\t\\n\\r ]+" },
  AttributeValue: { max: 2048, sensitive: true },
  AttributeNames: { texts: "AttributeName" },
  Code: { min: 1, max: 2048, pattern: "[\\S]+" },
  MessageAction: { values: ["RESEND", "SUPPRESS"] },
  DeliveryMedium: { values: ["SMS", "EMAIL"] },
  DeliveryMediums: { texts: "DeliveryMedium" },
  Filter: { max: 256 },
  PaginationToken: { min: 1, pattern: "[\\S]+" },
  NextToken: { min: 1, max: 131_072, pattern: "[\\S]+" },
  GroupName: { min: 1, max: 128, pattern: "[\\p{L}\\p{M}\\p{S}\\p{N}\\p{P}]+" },
  Description: { max: 2048 },
  Arn: {
    min: 20,
    max: 2048,
    pattern:
      "arn:[\\w+=/,.@-]+:[\\w+=/,.@-]+:([\\w+=/,.@-]*)?:[0-9]+:[\\w+=/,.@-]+(:[\\w+=/,.@-]+)?(:[\\w+=/,.@-]+)?",
  },
  Flag: { flag: true },
  Limit: { number: true, min: 0, max: 60 },
  PasskeyLimit: { number: true, min: 0, max: 20 },
  Precedence: { number: true, min: 0 },
  Preference: { members: { Enabled: "Flag", PreferredMfa: "Flag" } },
  PasskeyPreference: { members: { Enabled: "Flag" } },
  /** `{ Name, Value }`, any number of times. */
  Attributes: { list: { Name: "AttributeName*", Value: "AttributeValue" } },
  /** Text by text. */
  Map: { map: true },
  /** Anything: the pool does not look at it. */
  Any: {},
};

/** What JSON has where a text is expected, in the words of AWS's parser. */
const FOUND = { number: "NUMBER_VALUE", true: "TRUE_VALUE", false: "FALSE_VALUE" };

const isStructure = (value) => typeof value === "object";
const firstLower = (name) => name[0].toLowerCase() + name.slice(1);

function checkText(value) {
  if (typeof value === "string") return;
  if (isStructure(value)) throw refusal("wrongStructure");
  throw refusal("wrongType", { found: FOUND[typeof value] ?? FOUND[String(value)] });
}

const patterns = new Map();
function matches(pattern, value) {
  if (!patterns.has(pattern)) patterns.set(pattern, new RegExp(`^(?:${pattern})$`, "u"));
  return patterns.get(pattern).test(value);
}

/** The constraints that a text breaks, in words. */
function* constraints({ min = 0, max = Number.POSITIVE_INFINITY, pattern, values }, text) {
  if (text.length < min) yield `Member must have length greater than or equal to ${min}`;
  if (text.length > max) yield `Member must have length less than or equal to ${max}`;
  if (pattern !== undefined && !matches(pattern, text)) {
    yield `Member must satisfy regular expression pattern: ${pattern}`;
  }
  if (values !== undefined && !values.includes(text)) {
    yield `Member must satisfy enum value set: [${values.join(", ")}]`;
  }
}

/** The constraints that a number breaks, in words. */
function* bounds({ min, max = Number.POSITIVE_INFINITY }, number) {
  if (number < min) yield `Member must have value greater than or equal to ${min}`;
  if (number > max) yield `Member must have value less than or equal to ${max}`;
}

/** How AWS's parser answers a value of another type. */
function checkList(value, isMember) {
  if (!Array.isArray(value) || !value.every(isMember)) throw refusal("wrongStructure");
}
const isMap = (value) => isStructure(value) && value !== null && !Array.isArray(value);
function checkMap(value) {
  if (!isMap(value)) throw refusal("wrongStructure");
}
function checkType(value, type) {
  if (typeof value !== type) throw refusal("notJson");
}

const failure = (shown, at, words) =>
  `Value ${shown}at ${at} failed to satisfy constraint: ${words}`;

/** The words for each constraint that one value breaks. `at` is its place, as in "userAttributes.1.member.name". */
function* failuresAt(value, shape, at) {
  if (shape.list !== undefined) {
    checkList(value, isMap);
    for (const [index, one] of value.entries()) {
      yield* failuresOf(one, shape.list, `${at}.${index + 1}.member.`);
    }
  } else if (shape.texts !== undefined) {
    checkList(value, (one) => typeof one === "string");
    for (const [index, one] of value.entries()) {
      yield* failuresAt(one, SHAPES[shape.texts], `${at}.${index + 1}.member`);
    }
  } else if (shape.map) {
    checkMap(value);
    for (const one of Object.values(value)) if (one !== null) checkText(one);
  } else if (shape.members !== undefined) {
    checkMap(value);
    yield* failuresOf(value, shape.members, `${at}.`);
  } else if (shape.flag) {
    checkType(value, "boolean");
  } else if (shape.number) {
    checkType(value, "number");
    if (!Number.isInteger(value)) throw refusal("notJson");
    for (const words of bounds(shape, value)) yield failure(`'${value}' `, `'${at}'`, words);
  } else if (shape !== SHAPES.Any) {
    checkText(value);
    const shown = shape.sensitive && !shape.shown ? "" : `'${value}' `;
    for (const words of constraints(shape, value)) yield failure(shown, `'${at}'`, words);
  }
}

/** The words for each constraint that `members` break. */
function* failuresOf(members, input, path = "") {
  for (const [name, shapeName] of Object.entries(input)) {
    const value = members[name] ?? undefined;
    const at = path + firstLower(name);
    if (value !== undefined) yield* failuresAt(value, SHAPES[shapeName.replace("*", "")], at);
    else if (shapeName.endsWith("*")) yield failure("null ", `'${at}'`, "Member must not be null");
  }
}

/** Throws unless a request's body fits the operation's input. */
function validate(body, input) {
  const failures = [...failuresOf(body, input)];
  if (failures.length > 0) throw refusal("validation", { failures });
}

module.exports = { SHAPES, validate };
