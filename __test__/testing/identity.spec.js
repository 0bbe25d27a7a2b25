"use strict";

// Who somebody is: names that belong to another user, sessions and codes of a user who is gone, addresses that have changed.

const { createAuth } = require("../..");
const { createSrpClient } = require("../support/srp-client.js");
const { play, startPool } = require("../support/test-pool.js");

const PASSWORD = "Labyrinth1";
const OTHER = "RedThread2";
const FOREIGN = ["NotAuthorizedException", "Invalid session for the user."];
const EXPIRED = ["ExpiredCodeException", "Invalid code provided, please request a code again."];
const EXISTS = ["UsernameExistsException", "User already exists"];
const IS_EMAIL = [
  "InvalidParameterException",
  "Username cannot be of email format, since user pool is configured for email alias.",
];
const IS_PHONE = [
  "InvalidParameterException",
  "Username cannot be of phone number format, since user pool is configured for phone number alias.",
];

let pool;
afterEach(() => pool.stop());

/** An operation's answer, or the type and message of its refusal. */
async function ask(operation, input) {
  const { body } = await play(pool, operation, input);
  return body.__type === undefined ? body : [body.__type, body.message];
}
const signIn = (name, password = PASSWORD) =>
  play(pool, "InitiateAuth", {
    AuthFlow: "USER_PASSWORD_AUTH",
    AuthParameters: { USERNAME: name, PASSWORD: password },
  }).then(({ body }) => body);
const answer = (ChallengeName, Session, USERNAME, responses) =>
  ask("RespondToAuthChallenge", {
    ChallengeName,
    Session,
    ChallengeResponses: { USERNAME, ...responses },
  });
/** Another user in the place of this one. */
function replace(username, user = { password: OTHER }) {
  pool.users.delete(username);
  pool.addUser({ username, ...user });
}

describe("names of others", () => {
  const theseus = {
    username: "theseus",
    password: PASSWORD,
    attributes: {
      email: "theseus@example.com",
      phone_number: "+14155550100",
      preferred_username: "hero",
    },
  };
  beforeEach(async () => {
    pool = await startPool({
      aliases: ["email", "phone_number", "preferred_username"],
      users: [theseus],
    });
  });

  const NAMES = [
    ["an e-mail address", () => "theseus@example.com", IS_EMAIL],
    ["an e-mail address of nobody", () => "nobody@example.com", IS_EMAIL],
    ["a phone number", () => "+14155550100", IS_PHONE],
    ["a preferred name", () => "hero", EXISTS],
    ["a sub", () => pool.users.get("theseus").attributes.sub, EXISTS],
  ];

  test.each(NAMES)("%s", async (_title, nameOf, expected) => {
    const Username = nameOf();
    expect(await ask("SignUp", { Username, Password: OTHER })).toEqual(expected);
    const [type, message] = await ask("AdminCreateUser", { Username });
    expect(type).toBe(expected[0]);
    expect(message).toBe(expected === EXISTS ? "User account already exists" : expected[1]);
    expect(() => pool.addUser({ username: Username, password: OTHER })).toThrow(TypeError);
    expect((await signIn(Username, PASSWORD)).message ?? "signed in").toBe(
      Username === "nobody@example.com" ? "User does not exist." : "signed in",
    );
  });

  test("an alias that is another one's name or alias", async () => {
    pool.addUser({ username: "ariadne", password: PASSWORD });
    for (const Value of ["ariadne", "hero"]) {
      const UserAttributes = [{ Name: "preferred_username", Value }];
      expect(await ask("AdminCreateUser", { Username: "new", UserAttributes })).toEqual([
        "AliasExistsException",
        "An account with the given preferred_username already exists.",
      ]);
    }
    const minotaur = { username: "minotaur", password: PASSWORD };
    for (const [name, value] of [
      ["email", "theseus@example.com"],
      ["preferred_username", "ariadne"],
      ["sub", pool.users.get("theseus").attributes.sub],
    ]) {
      expect(() => pool.addUser({ ...minotaur, attributes: { [name]: value } })).toThrow(
        expect.objectContaining({ message: expect.stringContaining(`attributes.${name}`) }),
      );
    }
  });

  test("an alias that has nothing to verify, at sign-up", async () => {
    const UserAttributes = [{ Name: "preferred_username", Value: "free" }];
    expect(await ask("SignUp", { Username: "new", Password: OTHER, UserAttributes })).toEqual([
      "InvalidParameterException",
      "Preferred username cannot be provided for unconfirmed account, since user pool is configured for preferred username alias.",
    ]);
  });

  test("an address that is another one's alias is not marked as verified", async () => {
    const attributes = { email: "theseus@example.com", email_verified: "false" };
    pool.addUser({ username: "ariadne", password: PASSWORD, attributes });
    const UserAttributes = [{ Name: "email_verified", Value: "true" }];
    expect(await ask("AdminUpdateUserAttributes", { Username: "ariadne", UserAttributes })).toEqual(
      ["AliasExistsException", "An account with the given email already exists."],
    );
    expect(pool.users.get("ariadne").attributes.email_verified).toBe("false");
  });

  test("an administrator can force an alias", async () => {
    await ask("AdminCreateUser", {
      Username: "ariadne",
      ForceAliasCreation: true,
      UserAttributes: [
        { Name: "email", Value: "theseus@example.com" },
        { Name: "email_verified", Value: "true" },
      ],
    });
    expect(pool.users.get("theseus").attributes.email_verified).toBe("false");
    expect(pool.users.get("ariadne").attributes.email_verified).toBe("true");
  });
});

test("without aliases, a name may look like an address", async () => {
  const attributes = { email: "theseus@example.com" };
  pool = await startPool({ users: [{ username: "ariadne", password: PASSWORD, attributes }] });
  expect(
    await ask("SignUp", {
      Username: "theseus@example.com",
      Password: PASSWORD,
      UserAttributes: [{ Name: "email", Value: "theseus@example.com" }],
    }),
  ).toMatchObject({ UserConfirmed: false });
  const ConfirmationCode = pool.outbox.at(-1).code;
  expect(await ask("ConfirmSignUp", { Username: "theseus@example.com", ConfirmationCode })).toEqual(
    {},
  );
});

describe("another user under the name", () => {
  test("a challenge's session", async () => {
    pool = await startPool({ users: [{ username: "theseus", temporaryPassword: PASSWORD }] });
    const { Session } = await signIn("theseus");
    replace("theseus", { temporaryPassword: PASSWORD });
    const NEW_PASSWORD = OTHER;
    expect(await answer("NEW_PASSWORD_REQUIRED", Session, "theseus", { NEW_PASSWORD })).toEqual(
      FOREIGN,
    );
  });

  test("a session of the setup of an authenticator app", async () => {
    pool = await startPool({ mfa: "ON", users: [{ username: "theseus", password: PASSWORD }] });
    const { Session } = await signIn("theseus");
    replace("theseus", { password: PASSWORD });
    expect(await ask("AssociateSoftwareToken", { Session })).toEqual(FOREIGN);
  });

  test("a choice of a name that there was not", async () => {
    pool = await startPool({ hideUnknownUsers: true });
    const { body } = await play(pool, "InitiateAuth", {
      AuthFlow: "USER_AUTH",
      AuthParameters: { USERNAME: "theseus" },
    });
    pool.addUser({ username: "theseus", password: PASSWORD });
    const responses = { ANSWER: "PASSWORD", PASSWORD };
    expect(await answer("SELECT_CHALLENGE", body.Session, "theseus", responses)).toEqual(FOREIGN);
  });

  test("codes", async () => {
    const attributes = { email: "old@example.com" };
    pool = await startPool({ users: [{ username: "theseus", password: PASSWORD, attributes }] });
    await ask("ForgotPassword", { Username: "theseus" });
    const ConfirmationCode = pool.outbox.at(-1).code;
    replace("theseus", { password: OTHER, attributes });
    expect(
      await ask("ConfirmForgotPassword", {
        Username: "theseus",
        ConfirmationCode,
        Password: "Stolen1234",
      }),
    ).toEqual(EXPIRED);
  });
});

describe("a password that changes in the middle of a sign-in ends it", () => {
  const begin = async (user, options) => {
    pool = await startPool({ ...options, users: [{ username: "theseus", ...user }] });
  };
  const change = () =>
    ask("AdminSetUserPassword", { Username: "theseus", Password: OTHER, Permanent: true });

  test("NEW_PASSWORD_REQUIRED", async () => {
    await begin({ temporaryPassword: PASSWORD });
    const { Session } = await signIn("theseus");
    await change();
    const NEW_PASSWORD = "Thirdone3";
    expect(await answer("NEW_PASSWORD_REQUIRED", Session, "theseus", { NEW_PASSWORD })).toEqual(
      FOREIGN,
    );
    expect(pool.users.get("theseus").password).toBe(OTHER);
  });

  test("a second factor", async () => {
    await begin({ password: PASSWORD, totpSecret: "JBSWY3DPEHPK3PXP" }, { mfa: "ON" });
    const { Session } = await signIn("theseus");
    await change();
    const SOFTWARE_TOKEN_MFA_CODE = pool.totp("theseus");
    expect(
      await answer("SOFTWARE_TOKEN_MFA", Session, "theseus", { SOFTWARE_TOKEN_MFA_CODE }),
    ).toEqual(FOREIGN);
  });

  test.each([
    ["the same user", change],
    ["another user under the name", () => replace("theseus", { password: PASSWORD })],
  ])("SRP: %s", async (_title, meanwhile) => {
    await begin({ password: PASSWORD });
    const srp = createSrpClient(pool);
    const { body } = await play(pool, "InitiateAuth", {
      AuthFlow: "USER_SRP_AUTH",
      AuthParameters: { USERNAME: "theseus", SRP_A: srp.srpA },
    });
    const responses = srp.answer(body.ChallengeParameters, PASSWORD);
    await meanwhile();
    expect(await answer("PASSWORD_VERIFIER", undefined, "theseus", responses)).toEqual([
      "NotAuthorizedException",
      "Incorrect username or password.",
    ]);
  });
});

describe("a code and the address that it was sent to", () => {
  const signUp = async () => {
    pool = await startPool();
    const UserAttributes = [{ Name: "email", Value: "old@example.com" }];
    await ask("SignUp", { Username: "theseus", Password: PASSWORD, UserAttributes });
    return pool.outbox.at(-1).code;
  };
  const confirm = (ConfirmationCode) =>
    ask("ConfirmSignUp", { Username: "theseus", ConfirmationCode });

  test("an address that has changed", async () => {
    const code = await signUp();
    const UserAttributes = [{ Name: "email", Value: "new@example.com" }];
    await ask("AdminUpdateUserAttributes", { Username: "theseus", UserAttributes });
    expect(await confirm(code)).toEqual(EXPIRED);
    expect(pool.users.get("theseus").attributes.email_verified).toBe("false");
    await ask("ResendConfirmationCode", { Username: "theseus" });
    expect(pool.outbox.at(-1).to).toBe("new@example.com");
    expect(await confirm(pool.outbox.at(-1).code)).toEqual({});
  });

  test("an address that is gone", async () => {
    const code = await signUp();
    await ask("AdminDeleteUserAttributes", {
      Username: "theseus",
      UserAttributeNames: ["email"],
    });
    expect(await confirm(code)).toEqual(EXPIRED);
    expect(pool.users.get("theseus").attributes).not.toHaveProperty("email_verified");
  });

  test("an address that a test has changed", async () => {
    const attributes = { email: "old@example.com", email_verified: "false" };
    pool = await startPool({ users: [{ username: "theseus", password: PASSWORD, attributes }] });
    const AccessToken = pool.accessToken("theseus");
    const of = (operation, input) =>
      ask(operation, { AccessToken, AttributeName: "email", ...input });
    await of("GetUserAttributeVerificationCode");
    pool.users.get("theseus").attributes.email = "new@example.com";
    expect(await of("VerifyUserAttribute", { Code: pool.outbox.at(-1).code })).toEqual(EXPIRED);
    expect(pool.users.get("theseus").attributes.email_verified).toBe("false");
  });
});

describe("limits within an hour", () => {
  const LIMITED = ["LimitExceededException", "Attempt limit exceeded, please try after some time."];
  const five = async (operation, input) => {
    for (let count = 0; count < 5; count += 1) await ask(operation, input);
    return ask(operation, input);
  };
  beforeEach(async () => {
    pool = await startPool({ mfa: "OPTIONAL" });
    const UserAttributes = [{ Name: "email", Value: "theseus@example.com" }];
    await ask("SignUp", { Username: "theseus", Password: PASSWORD, UserAttributes });
  });

  test("wrong codes of a sign-up", async () => {
    const ConfirmationCode = pool.outbox.at(-1).code;
    const wrong = ConfirmationCode === "000000" ? "000001" : "000000";
    const Username = "theseus";
    expect(await five("ConfirmSignUp", { Username, ConfirmationCode: wrong })).toEqual(LIMITED);
    expect(await ask("ConfirmSignUp", { Username, ConfirmationCode })).toEqual(LIMITED);
    pool.advance(3600);
    expect(await ask("ConfirmSignUp", { Username, ConfirmationCode })).toEqual({});
  });

  test("requests for a code", async () => {
    expect(await five("ResendConfirmationCode", { Username: "theseus" })).toEqual(LIMITED);
    const AccessToken = pool.accessToken("theseus");
    const AttributeName = "email";
    expect(await five("GetUserAttributeVerificationCode", { AccessToken, AttributeName })).toEqual(
      LIMITED,
    );
  });

  test("wrong first codes of an authenticator app", async () => {
    const AccessToken = pool.accessToken("theseus");
    await ask("AssociateSoftwareToken", { AccessToken });
    const UserCode = pool.totp("theseus") === "000000" ? "000001" : "000000";
    expect(await five("VerifySoftwareToken", { AccessToken, UserCode })).toEqual([
      "NotAuthorizedException",
      "Password attempts exceeded",
    ]);
  });
});

test("the package itself cannot be given another one's name", async () => {
  pool = await startPool({
    aliases: ["email"],
    users: [{ username: "theseus", password: PASSWORD, attributes: { email: "t@example.com" } }],
  });
  const auth = createAuth(pool.options);
  await expect(
    auth.createCognitoUser("t@example.com", OTHER, "minotaur@example.com"),
  ).rejects.toThrow("Username cannot be of email format");
});
