"use strict";

// The options of createTestPool and the users that a test gives: what there is, and what each must look like.

const crypto = require("node:crypto");
// Not the global one: in a test environment with a window it is another.
const { URL } = require("node:url");
const { Mistake } = require("./answers.js");
const { STANDARD } = require("./attributes.js");
const { CATEGORIES } = require("./limits.js");
const { DEFAULT_POLICY } = require("./password-policy.js");
const { CONSENT } = require("./place.js");
const { isBase32, newSeed } = require("./totp.js");
const { checkWhole } = require("./user-checks.js");

const isText = (value) => typeof value === "string" && value !== "";
const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
const isObjectOfTexts = (value) =>
  isObject(value) && Object.values(value).every((one) => typeof one === "string");
const isFlag = (value) => typeof value === "boolean";
const listOf = (isMember) => (value) => Array.isArray(value) && value.every(isMember);
const oneOf = (values) => [
  (value) => values.includes(value),
  values.map((value) => `"${value}"`).join(" or "),
];
const someOf = (values) => [
  listOf((value) => values.includes(value)),
  `a list of ${values.join(", ")}`,
];
const wholeNumber = (least, most) => [
  (value) => Number.isInteger(value) && value >= least && value <= most,
  `a whole number from ${least} to ${most}`,
];
const flag = [isFlag, "true or false"];
const texts = [listOf(isText), "a list of strings"];
const object = [isObject, "an object"];

/** In the order in which a user with several is asked to choose. */
const FACTORS = ["SMS_MFA", "SOFTWARE_TOKEN_MFA", "EMAIL_OTP"];
const REFRESH = "REFRESH_TOKEN_AUTH";
const ALIASES = ["email", "phone_number", "preferred_username"];
/** The flows that an app client may allow: Cognito's ExplicitAuthFlows without ALLOW_. */
const AUTH_FLOWS = [
  "USER_PASSWORD_AUTH",
  "ADMIN_USER_PASSWORD_AUTH",
  "USER_SRP_AUTH",
  "CUSTOM_AUTH",
  "USER_AUTH",
  "REFRESH_TOKEN_AUTH",
];
const STATUSES = ["CONFIRMED", "UNCONFIRMED", "FORCE_CHANGE_PASSWORD", "RESET_REQUIRED"];

const OPTIONS = {
  users: [listOf(isObject), "a list of users"],
  // ClientSecretType of the API's model.
  clientSecret: [
    (value) => isText(value) && /^[\w+]{24,64}$/.test(value),
    "24 to 64 letters, digits, _ or +",
  ],
  passwordPolicy: object,
  groups: texts,
  mfa: oneOf(["OFF", "OPTIONAL", "ON"]),
  refreshTokenRotation: object,
  authFlows: someOf(AUTH_FLOWS),
  passkeys: object,
  rememberDevices: flag,
  // AuthSessionValidity: 3 to 15 minutes.
  authSessionSeconds: wholeNumber(180, 900),
  hideUnknownUsers: flag,
  updatedIssuer: flag,
  customAuth: [(value) => typeof value === "function", "a function"],
  limits: object,
  strict: flag,
  aliases: someOf(ALIASES),
  requiredAttributes: [
    listOf((name) => STANDARD.has(name)),
    "a list of standard attributes' names",
  ],
  inProduction: oneOf([CONSENT]),
};

const POLICY = {
  minimumLength: wholeNumber(6, 99),
  requireUppercase: flag,
  requireLowercase: flag,
  requireNumbers: flag,
  requireSymbols: flag,
};
// RetryGracePeriodSeconds of the API's model.
const ROTATION = { retryGracePeriodSeconds: wholeNumber(0, 60) };
/** WebAuthnConfigurationType of the API's model. */
const PASSKEYS = {
  relyingPartyId: [
    (value) =>
      isText(value) &&
      value.length <= 127 &&
      URL.canParse(`https://${value}`) &&
      new URL(`https://${value}`).hostname === value,
    "a domain",
  ],
  userVerification: oneOf(["preferred", "required"]),
  factorConfiguration: oneOf(["SINGLE_FACTOR", "MULTI_FACTOR_WITH_USER_VERIFICATION"]),
};
const LIMITS = Object.fromEntries(CATEGORIES.map((name) => [name, wholeNumber(0, 1_000_000)]));

const password = [
  (value) => isText(value) && value.length <= 256 && /^\S+$/.test(value),
  "a password: 1 to 256 characters without blanks",
];
const USER = {
  // UsernameType and PasswordType of the API's model.
  username: [
    (value) =>
      isText(value) && value.length <= 128 && /^[\p{L}\p{M}\p{S}\p{N}\p{P}]+$/u.test(value),
    "a user name: 1 to 128 letters, digits, symbols and punctuation, without blanks",
  ],
  password,
  temporaryPassword: password,
  attributes: [isObjectOfTexts, "an object of strings"],
  groups: texts,
  status: oneOf(STATUSES),
  enabled: flag,
  totpSecret: [
    (value) => isText(value) && isBase32(value),
    "Base32: at least 16 characters, A to Z and 2 to 7",
  ],
  mfa: someOf(FACTORS),
  preferredMfa: oneOf(FACTORS),
  passkeys: [
    listOf((one) => isObject(one) && isText(one.id) && ["EC", "RSA"].includes(one.publicKey?.kty)),
    "a list of passkeys: each has an id, and a publicKey as a JSON Web Key",
  ],
};

/** `given` with its own members, after checks by `table`. Members that are undefined are left out. */
function checked(given, table, place, what) {
  if (!isObject(given)) throw new TypeError(`${place} is not an object`);
  const members = Object.entries(given).filter(([, value]) => value !== undefined);
  for (const [name, value] of members) {
    if (!Object.hasOwn(table, name)) {
      throw new TypeError(
        `${place}: unknown ${what} "${name}". There are: ${Object.keys(table).join(", ")}`,
      );
    }
    const [isRight, words] = table[name];
    if (!isRight(value)) throw new TypeError(`${place}: ${name} is not ${words}`);
  }
  return Object.fromEntries(members);
}

/** Throws unless an argument as a whole is an object: `words` say which one. */
function checkObject(given, words) {
  if (!isObject(given)) throw new TypeError(`${words} not an object`);
}

const NEEDED_LATER = ["username", "attributes", "groups", "mfa"];

/** Throws if a test has changed a user of the pool to something that is none. */
function checkUser(user, settings) {
  const place = `the user "${user.username}" was changed`;
  const unknown = Object.keys(user).find((name) => !Object.hasOwn(USER, name));
  if (unknown !== undefined) {
    throw new Mistake(`${place}: there is no member "${unknown}" in a user`);
  }
  for (const [name, [isRight, words]] of Object.entries(USER)) {
    const value = user[name];
    if (value === undefined ? NEEDED_LATER.includes(name) : !isRight(value)) {
      throw new Mistake(`${place}: ${name} is not ${words}`);
    }
  }
  if (!isText(user.attributes.sub)) throw new Mistake(`${place}: attributes.sub is missing`);
  checkWhole(user, place, settings);
}

const STEP = {
  next: [(value) => isText(value) || isFlag(value), "a challenge's name, true or false"],
  parameters: [isObjectOfTexts, "an object of strings"],
  answer: [(value) => typeof value === "string", "a string"],
};

/** Throws unless this is what a trigger of CUSTOM_AUTH returns. */
function checkStep(step) {
  const place = "customAuth returned something else than a step";
  try {
    const { next } = checked(step, STEP, place, "member");
    if (next === undefined) throw new TypeError(`${place}: next is missing`);
  } catch ({ message }) {
    throw new Mistake(message);
  }
}

/** Options of the pool's functions. */
const CALLS = { rotateKeys: { fresh: flag }, sign: { header: object } };
const readCall = (name, options = {}) => {
  checkObject(options, `${name}: the options are`);
  return checked(options, CALLS[name], name, "option");
};

const PLACE = "createTestPool";

/** The options as settings, with defaults. Users are read later, as they are added. */
function readOptions(options = {}) {
  checkObject(options, `${PLACE}: the options are`);
  const given = checked(options, OPTIONS, PLACE, "option");
  return {
    users: [],
    mfa: "OFF",
    authSessionSeconds: 180,
    hideUnknownUsers: false,
    updatedIssuer: false,
    rememberDevices: false,
    strict: false,
    aliases: [],
    requiredAttributes: [],
    ...given,
    groups: new Set(given.groups),
    limits: checked(given.limits ?? {}, LIMITS, `${PLACE}: limits`, "category"),
    passwordPolicy: {
      ...DEFAULT_POLICY,
      ...checked(given.passwordPolicy ?? {}, POLICY, `${PLACE}: passwordPolicy`, "member"),
    },
    refreshTokenRotation: given.refreshTokenRotation && {
      retryGracePeriodSeconds: 0,
      ...checked(given.refreshTokenRotation, ROTATION, `${PLACE}: refreshTokenRotation`, "member"),
    },
    authFlows: authFlowsOf(given),
    passkeys: given.passkeys && {
      userVerification: "preferred",
      ...checked(given.passkeys, PASSKEYS, `${PLACE}: passkeys`, "member"),
    },
  };
}

/**
 * The flows that the app client allows: all of them, if a test does not say. Rotation needs ALLOW_REFRESH_TOKEN_AUTH off:
 * https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-refresh-token.html
 */
function authFlowsOf({ authFlows, refreshTokenRotation }) {
  if (refreshTokenRotation === undefined) return authFlows ?? AUTH_FLOWS;
  if (authFlows?.includes(REFRESH)) {
    throw new TypeError(
      `${PLACE}: an app client with refreshTokenRotation does not allow ${REFRESH}: leave it out of authFlows`,
    );
  }
  return (authFlows ?? AUTH_FLOWS).filter((name) => name !== REFRESH);
}

/** A user that a test gives, with defaults. `place` is said where it is wrong. */
function readUser(given, place, settings) {
  const at = isText(given?.username) ? `${place}, "${given.username}"` : place;
  const { username, attributes = {}, groups = [], ...rest } = checked(given, USER, at, "member");
  if (username === undefined) throw new TypeError(`${at}: username is missing`);
  const { temporaryPassword, totpSecret } = rest;
  const status =
    rest.status ?? (temporaryPassword === undefined ? "CONFIRMED" : "FORCE_CHANGE_PASSWORD");
  const mfa = rest.mfa ?? (totpSecret === undefined ? [] : ["SOFTWARE_TOKEN_MFA"]);
  if (mfa.length > 0 && settings.mfa === "OFF") {
    throw new TypeError(
      `${at}: mfa and totpSecret need a pool with the option mfa: "OPTIONAL" or "ON"`,
    );
  }
  const preferredMfa = rest.preferredMfa ?? (mfa.length === 1 ? mfa[0] : undefined);
  if (preferredMfa !== undefined && !mfa.includes(preferredMfa)) {
    throw new TypeError(`${at}: preferredMfa is not one of the user's factors`);
  }
  const { sub = crypto.randomUUID(), ...others } = attributes;
  // A user who confirmed by a code has shown that the address is theirs.
  const verified = ["email", "phone_number"]
    .filter((name) => others[name] !== undefined && others[`${name}_verified`] === undefined)
    .map((name) => [`${name}_verified`, String(status === "CONFIRMED")]);
  const user = {
    username,
    enabled: true,
    ...rest,
    status,
    attributes: { sub, ...others, ...Object.fromEntries(verified) },
    groups: [...groups],
    mfa: [...mfa],
    // The pool counts uses in them, and another pool may be given the same ones.
    ...(rest.passkeys && { passkeys: rest.passkeys.map((passkey) => ({ ...passkey })) }),
    ...(preferredMfa && { preferredMfa }),
    ...(mfa.includes("SOFTWARE_TOKEN_MFA") && { totpSecret: totpSecret ?? newSeed() }),
  };
  checkWhole(user, at, settings);
  return user;
}

module.exports = { FACTORS, checkObject, checkStep, checkUser, readCall, readOptions, readUser };
