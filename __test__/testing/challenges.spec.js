"use strict";

// Challenges as a sign-in issues them, and the parts that answering them stands on: sessions, codes, secret hashes.

const crypto = require("node:crypto");
const { createAuth } = require("../..");
const { Answer, refusal } = require("../../testing/answers.js");
const { createClock } = require("../../testing/clock.js");
const { createCodes } = require("../../testing/codes.js");
const { checkSecretHash } = require("../../testing/secret-hash.js");
const { bytesOf, newSeed } = require("../../testing/totp.js");
const { createSessions } = require("../../testing/sessions.js");
const { begin, outcome, play, respond, signIn, startPool } = require("../support/test-pool.js");

const PASSWORD = "Labyrinth1";
const ADDRESSES = { email: "theseus@example.com", phone_number: "+14155550100" };
const SEED = "JBSWY3DPEHPK3PXP";

test("seeds are Base32 of whole bytes, which strict authenticator apps decode", () => {
  for (let count = 0; count < 200; count++) {
    // 32 bytes have 256 bits, and 52 characters 260: the last four are zero (RFC 4648, section 3.5).
    expect(newSeed()).toMatch(/^[A-Z2-7]{51}[AQ]$/);
  }
  expect(new Set(Array.from({ length: 50 }, newSeed)).size).toBe(50);
  expect(bytesOf(newSeed())).toHaveLength(32);
});

/** What is thrown, as an object. */
function refused(call) {
  try {
    call();
  } catch (error) {
    if (error instanceof Answer) return [error.type, error.message];
    throw error;
  }
  throw new Error("it was not refused");
}

const refusedLater = async (call) => {
  const error = await call().then(
    () => new Error("it was not refused"),
    (reason) => reason,
  );
  return refused(() => {
    throw error;
  });
};

describe("issued", () => {
  const CASES = [
    [
      "NEW_PASSWORD_REQUIRED",
      { requiredAttributes: ["email", "given_name"] },
      { temporaryPassword: PASSWORD, attributes: ADDRESSES },
      {
        requiredAttributes: '["userAttributes.given_name"]',
        userAttributes:
          '{"email":"theseus@example.com","phone_number":"+14155550100","email_verified":"false","phone_number_verified":"false"}',
      },
    ],
    [
      "SMS_MFA",
      { mfa: "OPTIONAL" },
      { mfa: ["SMS_MFA"] },
      { CODE_DELIVERY_DELIVERY_MEDIUM: "SMS", CODE_DELIVERY_DESTINATION: "+*******0100" },
    ],
    [
      "EMAIL_OTP",
      { mfa: "ON" },
      { mfa: ["EMAIL_OTP"] },
      { CODE_DELIVERY_DELIVERY_MEDIUM: "EMAIL", CODE_DELIVERY_DESTINATION: "t***@e***" },
    ],
    ["SOFTWARE_TOKEN_MFA", { mfa: "OPTIONAL" }, { totpSecret: SEED }, {}],
    [
      "SELECT_MFA_TYPE",
      { mfa: "ON" },
      { mfa: ["SOFTWARE_TOKEN_MFA", "SMS_MFA"] },
      { MFAS_CAN_CHOOSE: '["SMS_MFA","SOFTWARE_TOKEN_MFA"]' },
    ],
    ["MFA_SETUP", { mfa: "ON" }, {}, { MFAS_CAN_SETUP: '["SOFTWARE_TOKEN_MFA"]' }],
  ];

  test.each(CASES)("%s", async (ChallengeName, options, user, parameters) => {
    const password = user.temporaryPassword === undefined && { password: PASSWORD };
    const theseus = { username: "theseus", attributes: ADDRESSES, ...password, ...user };
    const pool = await startPool({
      aliases: ["email", "phone_number"],
      ...options,
      users: [theseus],
    });
    const byPublicCall = await play(pool, "InitiateAuth", {
      AuthFlow: "USER_PASSWORD_AUTH",
      AuthParameters: { USERNAME: "theseus", PASSWORD },
    });
    const answers = [byPublicCall, await signIn(pool, "theseus", PASSWORD)];
    for (const { status, body } of answers) {
      expect([status, body]).toEqual([
        200,
        {
          ChallengeName,
          ChallengeParameters: { USER_ID_FOR_SRP: "theseus", ...parameters },
          Session: expect.stringMatching(/^AYABe[\w-]{700,4000}$/),
        },
      ]);
    }
    expect(answers[0].body.Session).not.toBe(answers[1].body.Session);
    const by = parameters.CODE_DELIVERY_DELIVERY_MEDIUM;
    expect(pool.outbox.map((message) => message.by)).toEqual(by ? [by, by] : []);
    // The addon reports it.
    const challenged = { reason: "challenge-required", challengeName: ChallengeName };
    await expect(createAuth(pool.options).login("theseus", PASSWORD)).rejects.toMatchObject(
      challenged,
    );
    // A wrong password gets nothing.
    const { body } = await signIn(pool, "theseus", "Labyrinth2");
    expect(body.message).toBe("Incorrect username or password.");
    await pool.stop();
  });

  test("whoever signs in with an alias is told the real name", async () => {
    const verified = { ...ADDRESSES, email_verified: "true", phone_number_verified: "false" };
    const users = [{ username: "theseus", password: PASSWORD, attributes: verified }];
    const pool = await startPool({ mfa: "ON", aliases: ["email", "phone_number"], users });
    const { body } = await signIn(pool, ADDRESSES.email, PASSWORD);
    expect(body.ChallengeParameters.USER_ID_FOR_SRP).toBe("theseus");
    // An address is an alias once it has been verified.
    expect((await signIn(pool, ADDRESSES.phone_number, PASSWORD)).body.__type).toBe(
      "UserNotFoundException",
    );
    await pool.stop();
    const without = await startPool({ users });
    expect((await signIn(without, ADDRESSES.email, PASSWORD)).body.__type).toBe(
      "UserNotFoundException",
    );
    await without.stop();
  });

  test("OPTIONAL asks nobody who has no second factor", async () => {
    const pool = await startPool({
      mfa: "OPTIONAL",
      users: [{ username: "theseus", password: PASSWORD }],
    });
    expect((await signIn(pool, "theseus", PASSWORD)).body).toHaveProperty("AuthenticationResult");
    await pool.stop();
  });

  test("a temporary password expires after seven days", async () => {
    const pool = await startPool({ users: [{ username: "theseus", temporaryPassword: PASSWORD }] });
    pool.advance(7 * 24 * 3600 - 60);
    expect((await signIn(pool, "theseus", PASSWORD)).body.ChallengeName).toBe(
      "NEW_PASSWORD_REQUIRED",
    );
    pool.advance(60);
    expect((await signIn(pool, "theseus", PASSWORD)).body).toEqual({
      __type: "NotAuthorizedException",
      message: "Temporary password has expired and must be reset by an administrator.",
    });
    await pool.stop();
  });
});

describe("lock-out", () => {
  test("five wrong passwords lock the user for a second, each further one twice as long", async () => {
    const users = ["theseus", "ariadne"].map((username) => ({ username, password: PASSWORD }));
    const pool = await startPool({ users });
    const wrong = async () => (await signIn(pool, "theseus", "Labyrinth2")).body.message;
    const right = async () => (await signIn(pool, "theseus", PASSWORD)).body.message ?? "tokens";
    const BAD = "Incorrect username or password.";
    const LOCKED = "Password attempts exceeded";
    // The pool's clock moves with the process's as well: hence hours, and the middle of a lock-out's time.
    for (let count = 1; count <= 5; count++) expect(await wrong()).toBe(BAD);
    for (let locked = 1; locked <= 512; locked *= 2) {
      pool.advance(locked);
      expect(await wrong()).toBe(BAD);
    }
    expect([await wrong(), await right()]).toEqual([LOCKED, LOCKED]);
    pool.advance(850);
    expect(await right()).toBe(LOCKED);
    expect((await signIn(pool, "ariadne", PASSWORD)).body).toHaveProperty("AuthenticationResult");
    pool.advance(50);
    expect(await right()).toBe("tokens");
    // A sign-in begins again.
    for (let count = 1; count <= 4; count++) expect(await wrong()).toBe(BAD);
    expect(await right()).toBe("tokens");
    await pool.stop();
  });

  test("fifteen quiet minutes begin again", async () => {
    const pool = await startPool({ users: [{ username: "theseus", password: PASSWORD }] });
    const wrong = async () => (await signIn(pool, "theseus", "Labyrinth2")).body.message;
    for (let count = 1; count <= 4; count++) await wrong();
    pool.advance(15 * 60);
    await wrong();
    expect((await signIn(pool, "theseus", PASSWORD)).body).toHaveProperty("AuthenticationResult");
    await pool.stop();
  });

  const BAD = ["NotAuthorizedException", "Incorrect username or password."];
  const LOCKED = ["NotAuthorizedException", "Password attempts exceeded"];
  const users = (factor) => [
    {
      username: "theseus",
      password: PASSWORD,
      attributes: ADDRESSES,
      ...(factor && { mfa: [factor], totpSecret: SEED }),
    },
  ];
  const sent = (pool) => pool.outbox.at(-1).code;
  const app = (pool) => pool.totp("theseus");
  const withPassword = async (pool) => (await signIn(pool, "theseus", PASSWORD)).body;
  const byChoice = (factor) => (pool) =>
    begin(pool, "USER_AUTH", { USERNAME: "theseus", PREFERRED_CHALLENGE: factor });

  test.each([
    ["SMS_MFA", "SMS_MFA", withPassword, "SMS_MFA_CODE", sent],
    ["EMAIL_OTP", "EMAIL_OTP", withPassword, "EMAIL_OTP_CODE", sent],
    ["SOFTWARE_TOKEN_MFA", "SOFTWARE_TOKEN_MFA", withPassword, "SOFTWARE_TOKEN_MFA_CODE", app],
    ["EMAIL_OTP as first factor", undefined, byChoice("EMAIL_OTP"), "EMAIL_OTP_CODE", sent],
    ["SMS_OTP", undefined, byChoice("SMS_OTP"), "SMS_OTP_CODE", sent],
  ])("five wrong codes lock the user out as well: %s", async (...given) => {
    const [, factor, start, name, right] = given;
    const pool = await startPool({ mfa: "OPTIONAL", users: users(factor) });
    const answer = (challenge, code) => respond(pool, challenge, { [name]: code });
    const wrong = async (challenge) => outcome(await answer(challenge, "000000 "));
    let challenge = await start(pool);
    for (let count = 1; count <= 5; count++) {
      expect((await wrong(challenge))[0]).toBe("CodeMismatchException");
    }
    // Hours would end the challenge: the sixth wrong code locks the user out for two seconds, the tenth for half a minute.
    for (let locked = 1; locked <= 16; locked *= 2) {
      pool.advance(locked);
      expect((await wrong(challenge))[0]).toBe("CodeMismatchException");
    }
    expect(outcome(await answer(challenge, right(pool)))).toEqual(LOCKED);
    expect(outcome(await start(pool))).toEqual(LOCKED);
    pool.advance(40);
    challenge = await start(pool);
    expect(outcome(await answer(challenge, right(pool)))).toBe("tokens");
    await pool.stop();
  });

  test("a right password before the second factor is not yet a sign-in, and ends nothing", async () => {
    const pool = await startPool({ mfa: "OPTIONAL", users: users("SMS_MFA") });
    const wrong = async () => outcome((await signIn(pool, "theseus", "Labyrinth2")).body);
    for (let count = 1; count <= 4; count++) expect(await wrong()).toEqual(BAD);
    const challenge = await withPassword(pool);
    await respond(pool, challenge, { SMS_MFA_CODE: "x" });
    for (let locked = 1; locked <= 16; locked *= 2) {
      pool.advance(locked);
      expect(await wrong()).toEqual(BAD);
    }
    // Ten failures are half a minute, six would be two seconds.
    pool.advance(8);
    expect(await wrong()).toEqual(LOCKED);
    pool.advance(60);
    const next = await withPassword(pool);
    expect(outcome(await respond(pool, next, { SMS_MFA_CODE: sent(pool) }))).toBe("tokens");
    for (let count = 1; count <= 4; count++) expect(await wrong()).toEqual(BAD);
    expect(outcome(await withPassword(pool))).toBe("SMS_MFA");
    await pool.stop();
  });
});

describe("sessions", () => {
  const userNamed = (sub, password = "Labyrinth1") => ({ attributes: { sub }, password });
  const theseus = userNamed("theseus");
  const users = { withSub: (sub) => (sub === "theseus" ? theseus : undefined) };
  const bound = { clientId: "client", user: theseus, challenge: "SMS_MFA" };
  const ended = [
    "NotAuthorizedException",
    "Invalid session for the user, session can only be used once.",
  ];
  const foreign = ["NotAuthorizedException", "Invalid session for the user."];
  let clock;
  let sessions;
  let session;
  const answer = (handle = () => "answered", change) =>
    sessions.answer(session, { ...bound, ...change }, handle);
  const start = (settings) => {
    clock = createClock();
    sessions = createSessions({ clock, users, settings: { authSessionSeconds: 180, ...settings } });
    session = sessions.begin({ ...bound, data: { code: "123456" } });
  };
  beforeEach(() => start());

  test("good for one answer, which gets what the challenge kept", async () => {
    expect(await answer(({ code }) => code)).toBe("123456");
    expect(await refusedLater(answer)).toEqual(ended);
  });

  test.each([
    ["another user's", { user: userNamed("ariadne") }],
    ["that of a user whose password has changed", { user: userNamed("theseus", "Labyrinth2") }],
    ["another client's", { clientId: "other" }],
    ["another challenge's", { challenge: "EMAIL_OTP" }],
  ])("%s is refused, and stays good for its own", async (_name, change) => {
    expect(await refusedLater(() => answer(undefined, change))).toEqual(foreign);
    expect(await answer()).toBe("answered");
  });

  test("unknown, or none", async () => {
    session = "AYABe-nobody-knows-this-one";
    expect(await refusedLater(answer)).toEqual(foreign);
    session = undefined;
    expect(await refusedLater(answer)).toEqual([
      "InvalidParameterException",
      "Missing required parameter Session",
    ]);
  });

  const refusing = (name, names) => async () => {
    throw refusal(name, names);
  };
  const typeOf = async (handle) => (await refusedLater(() => answer(handle)))[0];

  test("expires", async () => {
    clock.advance(170);
    expect(await typeOf(refusing("codeWrong"))).toBe("CodeMismatchException");
    clock.advance(10);
    expect(await refusedLater(answer)).toEqual([
      "NotAuthorizedException",
      "Invalid session for the user, session is expired.",
    ]);
  });

  test("a wrong code leaves it good, every other refusal and every failure ends it", async () => {
    expect(await typeOf(refusing("codeWrong"))).toBe("CodeMismatchException");
    expect(await typeOf(refusing("codeWrong"))).toBe("CodeMismatchException");
    expect(await answer()).toBe("answered");
    start();
    expect(await typeOf(refusing("badCredentials"))).toBe("NotAuthorizedException");
    expect(await refusedLater(answer)).toEqual(ended);
    start();
    const defect = () => {
      throw new Error("a defect");
    };
    await expect(answer(defect)).rejects.toThrow("a defect");
    expect(await refusedLater(answer)).toEqual(ended);
  });

  test("one of two answers at once counts", async () => {
    let finish;
    const first = answer(() => new Promise((resolve) => (finish = resolve)));
    expect(await refusedLater(answer)).toEqual(ended);
    finish("answered");
    expect(await first).toBe("answered");
  });

  test.each([
    [false, "answered"],
    [true, ended],
  ])("a new password that is refused, strict: %p", async (strict, expected) => {
    start({ strict });
    const weak = refusing("passwordPolicy", { how: "Password not long enough" });
    expect(await typeOf(weak)).toBe("InvalidPasswordException");
    expect(await (strict ? refusedLater(answer) : answer())).toEqual(expected);
  });
});

describe("codes", () => {
  const theseus = { username: "theseus", attributes: { sub: "one", ...ADDRESSES } };
  const WRONG = ["CodeMismatchException", "Invalid verification code provided, please try again."];
  const EXPIRED = ["ExpiredCodeException", "Invalid code provided, please request a code again."];
  let clock;
  let codes;
  let outbox;
  beforeEach(() => {
    clock = createClock();
    outbox = [];
    codes = createCodes({ clock, outbox });
  });
  const newest = () => outbox.at(-1).code;
  const take = (purpose, code) => codes.take(theseus, purpose, code);
  /** Six digits that are not these. */
  const another = (code) => (code === "000000" ? "000001" : "000000");

  test("good once, for its purpose", () => {
    codes.send(theseus, "email", "signUp");
    expect(refused(() => take("signUp", another(newest())))).toEqual(WRONG);
    expect(refused(() => take("password", newest()))).toEqual(EXPIRED);
    take("signUp", newest());
    expect(refused(() => take("signUp", newest()))).toEqual(EXPIRED);
  });

  test("a new one ends the one before", () => {
    codes.send(theseus, "email", "attribute:email");
    const first = newest();
    do codes.send(theseus, "email", "attribute:email");
    while (newest() === first);
    expect(refused(() => take("attribute:email", first))).toEqual(WRONG);
    take("attribute:email", newest());
  });

  test.each([
    ["signUp", 24 * 3600],
    ["attribute:email", 24 * 3600],
    ["password", 3600],
  ])("%s: good for %d seconds", (purpose, seconds) => {
    codes.send(theseus, "email", purpose);
    clock.advance(seconds);
    expect(refused(() => take(purpose, newest()))).toEqual(EXPIRED);
    codes.send(theseus, "email", purpose);
    clock.advance(seconds - 60);
    take(purpose, newest());
  });
});

test("the secret hash of an answer to a challenge is that of the real name", () => {
  const settings = { clientId: "client", clientSecret: "secret" };
  const hash = (name) =>
    crypto.createHmac("sha256", "secret").update(`${name}client`).digest("base64");
  checkSecretHash({ settings }, "theseus", hash("theseus"));
  expect(
    refused(() => checkSecretHash({ settings }, "theseus", hash("theseus@example.com"))),
  ).toEqual(["NotAuthorizedException", "Unable to verify secret hash for client client"]);
});
