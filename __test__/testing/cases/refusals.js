"use strict";

// The pool's refusals: a case, the pool's options, the request, and Cognito's type and words.

const crypto = require("node:crypto");
const SECRET = "0123456789abcdefghijklmnopqrstuv";
const PASSWORD = "Labyrinth1";

const USERS = [
  {
    username: "theseus",
    password: PASSWORD,
    attributes: { email: "theseus@example.com", phone_number: "+14155550100" },
    groups: ["heroes"],
  },
  { username: "disabled", password: PASSWORD, enabled: false },
  { username: "unconfirmed", password: PASSWORD, status: "UNCONFIRMED" },
  { username: "reset", password: PASSWORD, status: "RESET_REQUIRED" },
  { username: "invited", temporaryPassword: PASSWORD },
  { username: "passkeys", status: "CONFIRMED" },
];

/** The secret hash of a name, for a pool with this client secret or another. */
const hash = ({ clientId, clientSecret = SECRET }, name) =>
  crypto
    .createHmac("sha256", clientSecret)
    .update(name + clientId)
    .digest("base64");

/** A request: an operation and its members beside the pool's and the client's id, or a function of the pool that gives them. */
const request = (operation, members) => ({ operation, members });
const signUp = (members) =>
  request("SignUp", { Username: "ariadne", Password: PASSWORD, ...members });
const attributes = (values) =>
  signUp({ UserAttributes: Object.entries(values).map(([Name, Value]) => ({ Name, Value })) });
const confirm = (Username) => request("AdminConfirmSignUp", { Username });
const flow = (operation, AuthFlow, AuthParameters) =>
  request(operation, { AuthFlow, AuthParameters });
const login = (USERNAME, secret) =>
  flow("AdminInitiateAuth", "ADMIN_NO_SRP_AUTH", { USERNAME, PASSWORD: secret });
const policy = (words) => [
  "InvalidPasswordException",
  `Password did not conform with policy: ${words}`,
];

const BAD = ["NotAuthorizedException", "Incorrect username or password."];
const UNSUPPORTED = ["InvalidParameterException", "Initiate Auth method not supported."];
const missing = (name) => ["InvalidParameterException", `Missing required parameter ${name}`];
const schema = (words) => [
  "InvalidParameterException",
  `Attributes did not conform to the schema: ${words}\n`,
];
const invalid = (words) => ["InvalidParameterException", `1 validation error detected: ${words}`];
const NAMES = { USERNAME: "theseus", PASSWORD };

/** App clients that allow some flows alone. */
const PASSWORDS = { authFlows: ["ADMIN_USER_PASSWORD_AUTH", "USER_PASSWORD_AUTH"] };
const OTHERS = { authFlows: ["USER_SRP_AUTH", "CUSTOM_AUTH"] };
const disabled = (words) => ["InvalidParameterException", words];

/** A case, the pool's options, the request, and Cognito's type and words. */
const REFUSALS = [
  [
    "SignUp: the name is taken",
    {},
    signUp({ Username: "theseus" }),
    ["UsernameExistsException", "User already exists"],
  ],
  [
    "SignUp: a short password",
    {},
    signUp({ Password: "Lab1" }),
    policy("Password not long enough"),
  ],
  [
    "SignUp: no upper case",
    {},
    signUp({ Password: "labyrinth1" }),
    policy("Password must have uppercase characters"),
  ],
  [
    "SignUp: no lower case",
    {},
    signUp({ Password: "LABYRINTH1" }),
    policy("Password must have lowercase characters"),
  ],
  [
    "SignUp: no digit",
    {},
    signUp({ Password: "Labyrinths" }),
    policy("Password must have numeric characters"),
  ],
  [
    "SignUp: no symbol",
    { passwordPolicy: { requireSymbols: true } },
    signUp({}),
    policy("Password must have symbol characters"),
  ],
  ["SignUp: no password", {}, signUp({ Password: undefined }), missing("Password")],
  [
    "SignUp: the client's secret is not used",
    { clientSecret: SECRET },
    signUp({}),
    [
      "NotAuthorizedException",
      "Client {client} is configured with secret but SECRET_HASH was not received",
    ],
  ],
  [
    "SignUp: another secret",
    { clientSecret: SECRET },
    signUp({ SecretHash: "bm8=" }),
    ["NotAuthorizedException", "Unable to verify secret hash for client {client}"],
  ],
  [
    "SignUp: a hash and no secret",
    {},
    signUp({ SecretHash: "bm8=" }),
    [
      "InvalidParameterException",
      "App client {client} is not configured for secret but secret hash was received",
    ],
  ],
  [
    "SignUp: no phone number",
    {},
    attributes({ phone_number: "0415" }),
    ["InvalidParameterException", "Invalid phone number format."],
  ],
  [
    "SignUp: no address",
    {},
    attributes({ email: "ariadne" }),
    ["InvalidParameterException", "Invalid email address format."],
  ],
  [
    "SignUp: an unknown attribute",
    {},
    attributes({ phone: "1" }),
    schema("phone: Attribute does not exist in the schema."),
  ],
  [
    "SignUp: a required attribute",
    { requiredAttributes: ["email"], users: [] },
    signUp({}),
    schema("email: The attribute is required"),
  ],
  [
    "SignUp: an attribute that is not the client's",
    {},
    attributes({ email_verified: "true" }),
    ["NotAuthorizedException", "A client attempted to write unauthorized attribute"],
  ],
  [
    "SignUp: another client",
    {},
    signUp({ ClientId: "1other" }),
    ["ResourceNotFoundException", "User pool client 1other does not exist."],
  ],
  [
    "SignUp: an empty name",
    {},
    signUp({ Username: "" }),
    [
      "InvalidParameterException",
      "2 validation errors detected: Value at 'username' failed to satisfy constraint: Member must have length greater than or equal to 1; Value at 'username' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\p{L}\\p{M}\\p{S}\\p{N}\\p{P}]+",
    ],
  ],
  [
    "SignUp: an empty password",
    {},
    signUp({ Password: "" }),
    invalid(
      "Value at 'password' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\S]+",
    ),
  ],
  [
    "SignUp: the pool's id in the place of the client's",
    {},
    signUp({ ClientId: "us-east-1_Other" }),
    invalid(
      "Value 'us-east-1_Other' at 'clientId' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\w+]+",
    ),
  ],
  [
    "SignUp: no name",
    {},
    signUp({ Username: null }),
    invalid("Value null at 'username' failed to satisfy constraint: Member must not be null"),
  ],
  [
    "SignUp: a blank in the password",
    {},
    signUp({ Password: "Labyrinth 1" }),
    invalid(
      "Value at 'password' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\S]+",
    ),
  ],
  [
    "SignUp: an attribute without a name",
    {},
    signUp({ UserAttributes: [{ Value: "x" }] }),
    invalid(
      "Value null at 'userAttributes.1.member.name' failed to satisfy constraint: Member must not be null",
    ),
  ],
  [
    "SignUp: a number for a name",
    {},
    signUp({ Username: 5 }),
    ["SerializationException", "NUMBER_VALUE can not be converted to a String"],
  ],
  [
    "SignUp: true for a name",
    {},
    signUp({ Username: true }),
    ["SerializationException", "TRUE_VALUE can not be converted to a String"],
  ],
  [
    "SignUp: an object for a password",
    {},
    signUp({ Password: {} }),
    ["SerializationException", "Start of structure or map found where not expected."],
  ],
  [
    "SignUp: attributes that are no list",
    {},
    signUp({ UserAttributes: {} }),
    ["SerializationException", "Start of structure or map found where not expected."],
  ],

  [
    "AdminConfirmSignUp: an unknown user",
    {},
    confirm("nobody"),
    ["UserNotFoundException", "User does not exist."],
  ],
  [
    "AdminConfirmSignUp: confirmed already",
    {},
    confirm("theseus"),
    ["NotAuthorizedException", "User cannot be confirmed. Current status is CONFIRMED"],
  ],
  [
    "AdminConfirmSignUp: invited",
    {},
    confirm("invited"),
    ["NotAuthorizedException", "User cannot be confirmed. Current status is FORCE_CHANGE_PASSWORD"],
  ],
  [
    "AdminConfirmSignUp: another pool",
    {},
    request("AdminConfirmSignUp", { UserPoolId: "us-east-1_Other", Username: "theseus" }),
    ["ResourceNotFoundException", "User pool us-east-1_Other does not exist."],
  ],

  [
    "AdminInitiateAuth: an unknown user",
    {},
    login("nobody", PASSWORD),
    ["UserNotFoundException", "User does not exist."],
  ],
  [
    "AdminInitiateAuth: an unknown user, hidden",
    { hideUnknownUsers: true },
    login("nobody", PASSWORD),
    BAD,
  ],
  ["AdminInitiateAuth: a wrong password", {}, login("theseus", "Labyrinth2"), BAD],
  ["AdminInitiateAuth: a user without a password", {}, login("passkeys", PASSWORD), BAD],
  ["AdminInitiateAuth: a wrong temporary password", {}, login("invited", "Labyrinth2"), BAD],
  [
    "AdminInitiateAuth: disabled",
    {},
    login("disabled", PASSWORD),
    ["NotAuthorizedException", "User is disabled."],
  ],
  [
    "AdminInitiateAuth: unconfirmed",
    {},
    login("unconfirmed", PASSWORD),
    ["UserNotConfirmedException", "User is not confirmed."],
  ],
  [
    "AdminInitiateAuth: unconfirmed, a wrong password",
    {},
    login("unconfirmed", "x"),
    ["UserNotConfirmedException", "User is not confirmed."],
  ],
  [
    "AdminInitiateAuth: the password must be reset",
    {},
    login("reset", PASSWORD),
    ["PasswordResetRequiredException", "Password reset required for the user"],
  ],
  ["AdminInitiateAuth: no user name", {}, login(undefined, PASSWORD), missing("USERNAME")],
  ["AdminInitiateAuth: no password", {}, login("theseus", null), missing("PASSWORD")],
  [
    "AdminInitiateAuth: no parameters",
    {},
    flow("AdminInitiateAuth", "ADMIN_NO_SRP_AUTH"),
    missing("USERNAME"),
  ],
  [
    "AdminInitiateAuth: no secret hash",
    { clientSecret: SECRET },
    login("theseus", PASSWORD),
    [
      "NotAuthorizedException",
      "Client {client} is configured with secret but SECRET_HASH was not received",
    ],
  ],
  [
    "AdminInitiateAuth: another name's secret hash",
    { clientSecret: SECRET },
    request("AdminInitiateAuth", (pool) => ({
      AuthFlow: "ADMIN_NO_SRP_AUTH",
      AuthParameters: { ...NAMES, SECRET_HASH: hash(pool, "ariadne") },
    })),
    ["NotAuthorizedException", "Unable to verify secret hash for client {client}"],
  ],
  [
    "AdminInitiateAuth: the public flow",
    {},
    flow("AdminInitiateAuth", "USER_PASSWORD_AUTH", NAMES),
    UNSUPPORTED,
  ],
  [
    "InitiateAuth: the administrator's flow",
    {},
    flow("InitiateAuth", "ADMIN_NO_SRP_AUTH", NAMES),
    UNSUPPORTED,
  ],
  [
    "InitiateAuth: its other name",
    {},
    flow("InitiateAuth", "ADMIN_USER_PASSWORD_AUTH", NAMES),
    UNSUPPORTED,
  ],
  [
    "InitiateAuth: no such flow",
    {},
    flow("InitiateAuth", "PASSWORD", NAMES),
    invalid(
      "Value 'PASSWORD' at 'authFlow' failed to satisfy constraint: Member must satisfy enum value set: [USER_SRP_AUTH, REFRESH_TOKEN_AUTH, REFRESH_TOKEN, CUSTOM_AUTH, ADMIN_NO_SRP_AUTH, USER_PASSWORD_AUTH, ADMIN_USER_PASSWORD_AUTH, USER_AUTH]",
    ),
  ],
  [
    "InitiateAuth: no flow",
    {},
    flow("InitiateAuth", undefined, NAMES),
    invalid("Value null at 'authFlow' failed to satisfy constraint: Member must not be null"),
  ],
  [
    "InitiateAuth: parameters that are no object",
    {},
    flow("InitiateAuth", "USER_PASSWORD_AUTH", "x"),
    ["SerializationException", "Start of structure or map found where not expected."],
  ],
  [
    "InitiateAuth: a number for a password",
    {},
    flow("InitiateAuth", "USER_PASSWORD_AUTH", { ...NAMES, PASSWORD: 5 }),
    ["SerializationException", "NUMBER_VALUE can not be converted to a String"],
  ],
  [
    "InitiateAuth: USER_PASSWORD_AUTH is not allowed",
    OTHERS,
    flow("InitiateAuth", "USER_PASSWORD_AUTH", NAMES),
    disabled("USER_PASSWORD_AUTH flow not enabled for this client"),
  ],
  ...["ADMIN_USER_PASSWORD_AUTH", "ADMIN_NO_SRP_AUTH"].map((name) => [
    `AdminInitiateAuth: ${name} is not allowed`,
    OTHERS,
    flow("AdminInitiateAuth", name, NAMES),
    disabled("Auth flow not enabled for this client"),
  ]),
  ...["InitiateAuth", "AdminInitiateAuth"].flatMap((operation) => [
    [
      `${operation}: USER_SRP_AUTH is not allowed`,
      PASSWORDS,
      flow(operation, "USER_SRP_AUTH", { USERNAME: "theseus", SRP_A: "2" }),
      disabled("USER_SRP_AUTH is not enabled for the client."),
    ],
    [
      `${operation}: CUSTOM_AUTH is not allowed`,
      PASSWORDS,
      flow(operation, "CUSTOM_AUTH", { USERNAME: "theseus" }),
      disabled("CUSTOM_AUTH is not enabled for the client."),
    ],
    [
      `${operation}: USER_AUTH is not allowed`,
      PASSWORDS,
      flow(operation, "USER_AUTH", { USERNAME: "theseus" }),
      disabled("USER_AUTH flow not enabled for this client"),
    ],
    [
      `${operation}: REFRESH_TOKEN_AUTH is not allowed`,
      OTHERS,
      flow(operation, "REFRESH_TOKEN_AUTH", { REFRESH_TOKEN: "none" }),
      disabled("REFRESH_TOKEN_AUTH flow not enabled for this client"),
    ],
  ]),

  [
    "AdminGetUser: an unknown user",
    {},
    request("AdminGetUser", { Username: "nobody" }),
    ["UserNotFoundException", "User does not exist."],
  ],
  [
    "AdminGetUser: neither pool nor name",
    {},
    request("AdminGetUser", { UserPoolId: undefined }),
    [
      "InvalidParameterException",
      "2 validation errors detected: Value null at 'userPoolId' failed to satisfy constraint: Member must not be null; Value null at 'username' failed to satisfy constraint: Member must not be null",
    ],
  ],
];

module.exports = { NAMES, PASSWORD, REFUSALS, SECRET, USERS, attributes, flow, hash, signUp };
