"use strict";

// The tutorial's session, and what goes wrong in it, on an emulator's own pool.

const PASSWORD = "Labyrinth1";
const PHONE = "+14155550100";
const EMAIL = "theseus@example.com";

/** Makes the pool's user first, confirmed unless said otherwise. */
const withUser =
  ({ confirm = true, after } = {}) =>
  async (emulator, { userPoolId: UserPoolId, clientId: ClientId }) => {
    const user = { UserPoolId, Username: "theseus" };
    await emulator.call("SignUp", {
      ClientId,
      Username: "theseus",
      Password: PASSWORD,
      UserAttributes: [
        { Name: "email", Value: EMAIL },
        { Name: "phone_number", Value: PHONE },
      ],
    });
    if (confirm) await emulator.call("AdminConfirmSignUp", user);
    await after?.(emulator, user);
  };

const invited = async (emulator, { userPoolId: UserPoolId }) => {
  await emulator.call("AdminCreateUser", {
    UserPoolId,
    Username: "theseus",
    TemporaryPassword: PASSWORD,
    MessageAction: "SUPPRESS",
    UserAttributes: [{ Name: "phone_number", Value: PHONE }],
  });
};

const invitedWithoutPhone = async (emulator, { userPoolId: UserPoolId }) => {
  await emulator.call("AdminCreateUser", {
    UserPoolId,
    Username: "theseus",
    TemporaryPassword: PASSWORD,
    MessageAction: "SUPPRESS",
  });
};

const register = (password) => (auth) => auth.createCognitoUser("theseus", password, EMAIL, PHONE);

const CASES = [
  ["createCognitoUser registers a user", undefined, register(PASSWORD)],
  ["createCognitoUser: the user is there", withUser(), register(PASSWORD)],
  [
    "createCognitoUser: the user is there, unconfirmed",
    withUser({ confirm: false }),
    register(PASSWORD),
  ],
  ["createCognitoUser: a short password", undefined, register("Lab1")],
  ["createCognitoUser: a password without upper case", undefined, register("labyrinth1")],
  ["createCognitoUser: a password without lower case", undefined, register("LABYRINTH1")],
  ["createCognitoUser: a password without a number", undefined, register("Labyrinths")],
  ["login: right", withUser(), (auth) => auth.login("theseus", PASSWORD)],
  ["login: the wrong password", withUser(), (auth) => auth.login("theseus", "Labyrinth2")],
  ["login: an unknown user", undefined, (auth) => auth.login("nobody", PASSWORD)],
  ["login: no password", withUser(), (auth) => auth.login("theseus")],
  ["login: no user name", withUser(), (auth) => auth.login(undefined, PASSWORD)],
  ["login: an empty password", withUser(), (auth) => auth.login("theseus", "")],
  ["login: unconfirmed", withUser({ confirm: false }), (auth) => auth.login("theseus", PASSWORD)],
  [
    "login: disabled",
    withUser({ after: (emulator, user) => emulator.call("AdminDisableUser", user) }),
    (auth) => auth.login("theseus", PASSWORD),
  ],
  [
    "login: a password must be reset",
    withUser({ after: (emulator, user) => emulator.call("AdminResetUserPassword", user) }),
    (auth) => auth.login("theseus", PASSWORD),
  ],
  ["fetchUserByUsername: a user", withUser(), (auth) => auth.fetchUserByUsername("theseus")],
  ["fetchUserByUsername: an unknown user", undefined, (auth) => auth.fetchUserByUsername("nobody")],
  [
    "the tutorial's session",
    undefined,
    async (auth) => {
      const user = await auth.createCognitoUser("theseus", PASSWORD, EMAIL, PHONE);
      const claims = await auth.verifyToken(await auth.login("theseus", PASSWORD));
      const { "cognito:username": name, phone_number: phone, email, token_use: use } = claims;
      return { user, name, phone, email, use, found: await auth.fetchUserByUsername(name) };
    },
  ],
];

module.exports = [
  ...CASES.map(([name, prepare, play]) => ({
    name: `${name} (emulator)`,
    emulator: true,
    prepare,
    play,
  })),
  {
    name: "login: a temporary password (emulator)",
    emulator: true,
    prepare: invited,
    play: (auth) => auth.login("theseus", PASSWORD),
    differs: ["challenge", { reason: "challenge-required" }],
  },
  {
    name: "fetchUserByUsername: a user without a phone number (emulator)",
    emulator: true,
    prepare: invitedWithoutPhone,
    play: (auth) => auth.fetchUserByUsername("theseus"),
    differs: ["phone-missing", { reason: "phone-missing" }],
  },
];
