"use strict";

// Sign-ins by SRP, by custom challenges and by choice, by raw requests: the cases of the specification.

const fs = require("node:fs");
const path = require("node:path");
const root = require("../../tools/root");
const { isProof, sharedKey, verifierOf } = require("../../testing/srp.js");
const { createForger, createSrpClient } = require("../support/srp-client.js");
const { begin, outcome, play, respond, startPool } = require("../support/test-pool.js");
const { hash } = require("./cases/refusals.js");

const PASSWORD = "Labyrinth1";
const SECRET = "0123456789abcdefghijklmnopqrstuv";
const EMAIL = "theseus@example.com";
const BAD = ["NotAuthorizedException", "Incorrect username or password."];
const MISSING = ["UserNotFoundException", "User does not exist."];
const USED = [
  "NotAuthorizedException",
  "Invalid session for the user, session can only be used once.",
];
const EXPIRED = ["NotAuthorizedException", "Invalid session for the user, session is expired."];
const missing = (name) => ["InvalidParameterException", `Missing required parameter ${name}`];

const pools = new Map();
let pool;
let client;
/** A pool for each set of options, with theseus as `user` says. */
async function usePool(options = {}, user = {}) {
  const key = JSON.stringify([options, String(options.customAuth)]);
  if (!pools.has(key)) pools.set(key, await startPool(options));
  pool = pools.get(key);
  client ??= createSrpClient(pool);
  pool.users.set("theseus", {
    username: "theseus",
    password: PASSWORD,
    attributes: { email: EMAIL },
    ...user,
  });
}
/** The time that the pool's answers have. */
const poolTime = async () => {
  const { headers } = await play(pool, "GetUser", { AccessToken: "x" });
  return new Date(headers.get("date"));
};
afterEach(() => {
  client = undefined;
});
afterAll(() => Promise.all([...pools.values()].map((one) => one.stop())));

test("the pool's numbers are those of the vector", () => {
  const file = path.join(root, "tests", "data", "srp.json");
  const vector = JSON.parse(fs.readFileSync(file, "utf8"));
  const big = (hex) => BigInt(`0x${hex}`);
  const name = vector.poolName + vector.userId;
  const { password, SECRET_BLOCK: secretBlock } = vector;
  const verifier = verifierOf({ name, password, salt: big(vector.SALT) });
  const proof = { name, A: big(vector.SRP_A), B: big(vector.SRP_B), b: big(vector.b), verifier };
  expect(sharedKey(proof).toString("hex")).toBe(vector.HKDF_key16);
  const signature = vector.PASSWORD_CLAIM_SIGNATURE;
  const given = { signature, timestamp: vector.TIMESTAMP };
  expect(isProof({ ...proof, secretBlock }, given)).toBe(true);
});

describe("USER_SRP_AUTH", () => {
  const start = (more = {}) =>
    begin(pool, "USER_SRP_AUTH", { USERNAME: "theseus", SRP_A: client.srpA, ...more });
  const prove = async (challenge, password = PASSWORD, change = {}, date = undefined) => {
    const at = date ?? (await poolTime());
    const responses = client.answer(challenge.ChallengeParameters, password, at);
    return respond(pool, challenge, { ...responses, ...change });
  };

  test.each(["InitiateAuth", "AdminInitiateAuth"])(
    "%s: a challenge without a session, tokens",
    async (operation) => {
      await usePool();
      const AuthParameters = { USERNAME: "theseus", SRP_A: client.srpA };
      const { body } = await play(pool, operation, { AuthFlow: "USER_SRP_AUTH", AuthParameters });
      expect(body).toEqual({
        ChallengeName: "PASSWORD_VERIFIER",
        ChallengeParameters: {
          USER_ID_FOR_SRP: "theseus",
          SALT: expect.stringMatching(/^[\da-f]+$/),
          SRP_B: expect.stringMatching(/^[\da-f]+$/),
          SECRET_BLOCK: expect.stringMatching(/^[\w+/]{1000,}=*$/),
        },
      });
      expect(outcome(await prove(body))).toBe("tokens");
      // A proof may be sent again until it is too old.
      expect(outcome(await prove(body))).toBe("tokens");
      pool.advance(180);
      expect(outcome(await prove(body))).toEqual(EXPIRED);
    },
  );

  test("many sign-ins: numbers of every length", async () => {
    await usePool();
    for (let count = 0; count < 24; count++) {
      client = createSrpClient(pool);
      expect(outcome(await prove(await start()))).toBe("tokens");
    }
  });

  test("a wrong password, and the lock-out that comes of several", async () => {
    await usePool();
    for (let count = 0; count < 5; count++) {
      expect(outcome(await prove(await start(), "Labyrinth2"))).toEqual(BAD);
    }
    const LOCKED = ["NotAuthorizedException", "Password attempts exceeded"];
    expect(outcome(await start())).toEqual(LOCKED);
  });

  const at = (seconds) => async () => new Date((await poolTime()).getTime() + 1000 * seconds);
  const FORM = [
    "InvalidParameterException",
    "TIMESTAMP format should be EEE MMM d HH:mm:ss z yyyy in english.",
  ];
  test.each([
    ["4 seconds ahead", at(4), "tokens"],
    ["4 seconds ago", at(-4), "tokens"],
    ["8 seconds ahead", at(8), BAD],
    ["ten minutes ago", at(-600), BAD],
    ["a day with a zero in front", async () => "Tue Nov 03 09:05:07 UTC 2026", FORM],
    ["another zone", async () => "Tue Nov 3 09:05:07 GMT 2026", FORM],
    ["another form", async () => "2026-11-03T09:05:07Z", FORM],
  ])("a timestamp: %s", async (_name, date, expected) => {
    await usePool();
    expect(outcome(await prove(await start(), PASSWORD, {}, await date()))).toEqual(expected);
  });

  test("the pool's own clock counts, and its answers tell it", async () => {
    await usePool();
    pool.advance(3600);
    expect(Math.abs((await poolTime()) - Date.now())).toBeGreaterThan(3_500_000);
    expect(outcome(await prove(await start()))).toBe("tokens");
    expect(outcome(await prove(await start(), PASSWORD, {}, new Date()))).toEqual(BAD);
  });

  test.each([
    ["PASSWORD_CLAIM_SECRET_BLOCK", "c29tZXRoaW5nIGVsc2U=", BAD],
    [
      "PASSWORD_CLAIM_SIGNATURE",
      "?",
      [
        "InvalidParameterException",
        "Invalid PASSWORD_CLAIM_SIGNATURE format. Must be a Base64 string.",
      ],
    ],
    ["PASSWORD_CLAIM_SIGNATURE", "bm8=", BAD],
    ["USERNAME", EMAIL, MISSING],
  ])("%s: %s", async (name, value, expected) => {
    await usePool({ aliases: ["email"] });
    expect(outcome(await prove(await start(), PASSWORD, { [name]: value }))).toEqual(expected);
  });

  test("missing parameters are named in Cognito's order", async () => {
    await usePool();
    const challenge = await start();
    const all = client.answer(challenge.ChallengeParameters, PASSWORD);
    const order = [
      "USERNAME",
      "TIMESTAMP",
      "PASSWORD_CLAIM_SIGNATURE",
      "PASSWORD_CLAIM_SECRET_BLOCK",
    ];
    for (const [index, name] of order.entries()) {
      const change = Object.fromEntries(order.slice(index).map((one) => [one, undefined]));
      const body = await respond(pool, challenge, { ...all, ...change });
      expect(outcome(body)).toEqual(missing(name));
    }
  });

  test.each([
    ["no SRP_A", { SRP_A: undefined }, missing("SRP_A")],
    ["no name", { USERNAME: undefined }, missing("USERNAME")],
    ["an unknown name", { USERNAME: "nobody" }, MISSING],
  ])("%s", async (_name, parameters, expected) => {
    await usePool();
    expect(outcome(await start(parameters))).toEqual(expected);
  });

  test("SRP_A that is not hex", async () => {
    await usePool();
    const [type, message] = outcome(await start({ SRP_A: "xyz" }));
    expect(type).toBe("InvalidParameterException");
    expect(message).toContain("'sRPA' failed to satisfy constraint");
  });

  test.each([[0n], [1n], [2n]])("%d times N for SRP_A proves nothing", async (multiple) => {
    await usePool();
    client = createForger(pool, multiple);
    expect(outcome(await prove(await start()))).toEqual(BAD);
  });

  test("where names are hidden, an unknown one gets a challenge as well, with the same salt each time", async () => {
    await usePool({ hideUnknownUsers: true });
    const challenges = [await start({ USERNAME: "nobody" }), await start({ USERNAME: "nobody" })];
    const salts = challenges.map(({ ChallengeParameters }) => ChallengeParameters.SALT);
    expect(salts[0]).toBe(salts[1]);
    expect(challenges[0].ChallengeParameters.USER_ID_FOR_SRP).toBe("nobody");
    expect(outcome(await prove(challenges[0]))).toEqual(BAD);
  });

  test("by an alias, with a secret: the proof and the hash are of the real name", async () => {
    await usePool({ clientSecret: SECRET, aliases: ["email"] });
    const of = (name) => ({ SECRET_HASH: hash(pool, name) });
    const challenge = await start({ USERNAME: EMAIL, ...of(EMAIL) });
    expect(challenge.ChallengeParameters.USER_ID_FOR_SRP).toBe("theseus");
    expect(outcome(await prove(challenge, PASSWORD, of("theseus")))).toBe("tokens");
    expect(outcome(await prove(challenge, PASSWORD, of(EMAIL)))).toEqual([
      "NotAuthorizedException",
      `Unable to verify secret hash for client ${pool.clientId}`,
    ]);
  });

  test.each([
    [
      "an invited user",
      { temporaryPassword: PASSWORD, password: undefined },
      "NEW_PASSWORD_REQUIRED",
    ],
    ["a second factor", { mfa: ["EMAIL_OTP"] }, "EMAIL_OTP"],
    [
      "a user who must choose a new password",
      { status: "RESET_REQUIRED" },
      ["PasswordResetRequiredException", "Password reset required for the user"],
    ],
  ])("%s", async (_name, user, expected) => {
    await usePool({ mfa: "OPTIONAL" }, user);
    expect(outcome(await prove(await start()))).toEqual(expected);
  });

  test.each([
    [
      "unconfirmed",
      { status: "UNCONFIRMED" },
      ["UserNotConfirmedException", "User is not confirmed."],
    ],
    ["disabled", { enabled: false }, ["NotAuthorizedException", "User is disabled."]],
  ])("a user who is %s gets no challenge", async (_name, user, expected) => {
    await usePool({}, user);
    expect(outcome(await start())).toEqual(expected);
  });
});

describe("CUSTOM_AUTH", () => {
  /** A riddle, which must be solved; with a password first, if the application sends SRP_A; given up after three. */
  const customAuth = async ({ username, session }) => {
    const last = session.at(-1);
    if (last?.name === "SRP_A") return { next: "PASSWORD_VERIFIER" };
    if (last?.name === "CUSTOM_CHALLENGE" && last.result) return { next: true };
    if (session.filter(({ result }) => !result).length >= 3) return { next: false };
    return { next: "CUSTOM_CHALLENGE", parameters: { riddle: `for ${username}` }, answer: "man" };
  };
  const start = (more) => begin(pool, "CUSTOM_AUTH", { USERNAME: "theseus", ...more });
  const answer = (challenge, ANSWER) => respond(pool, challenge, { ANSWER });

  test("a wrong answer is asked once more, with a session of its own; the right one gives tokens", async () => {
    await usePool({ customAuth });
    const first = await start();
    expect(first).toEqual({
      ChallengeName: "CUSTOM_CHALLENGE",
      ChallengeParameters: { USERNAME: "theseus", riddle: "for theseus" },
      Session: expect.any(String),
    });
    const second = await answer(first, "dog");
    expect(outcome(second)).toBe("CUSTOM_CHALLENGE");
    expect(second.Session).not.toBe(first.Session);
    expect(outcome(await answer(first, "man"))).toEqual(USED);
    expect(outcome(await answer(second, "man"))).toBe("tokens");
  });

  test("too many wrong ones, and none", async () => {
    await usePool({ customAuth });
    let challenge = await start();
    expect(outcome(await respond(pool, challenge, {}))).toEqual(missing("ANSWER"));
    for (let count = 0; count < 2; count++) challenge = await answer(challenge, "dog");
    expect(outcome(await answer(challenge, "dog"))).toEqual(BAD);
  });

  test("with the password first: PASSWORD_VERIFIER has a session here", async () => {
    await usePool({ customAuth });
    const first = await start({ CHALLENGE_NAME: "SRP_A", SRP_A: client.srpA });
    expect(outcome(first)).toBe("PASSWORD_VERIFIER");
    expect(first.Session).toEqual(expect.any(String));
    const responses = client.answer(first.ChallengeParameters, PASSWORD);
    const withoutSession = await respond(pool, { ...first, Session: undefined }, responses);
    expect(outcome(withoutSession)).toEqual(BAD);
    const next = await respond(pool, first, responses);
    expect(outcome(next)).toBe("CUSTOM_CHALLENGE");
    expect(outcome(await answer(next, "man"))).toBe("tokens");
    expect(outcome(await start({ CHALLENGE_NAME: "SRP_A" }))).toEqual(missing("SRP_A"));
  });

  test("with the wrong password first", async () => {
    await usePool({ customAuth });
    const first = await start({ CHALLENGE_NAME: "SRP_A", SRP_A: client.srpA });
    const responses = client.answer(first.ChallengeParameters, "Labyrinth2");
    expect(outcome(await respond(pool, first, responses))).toEqual(BAD);
    expect(outcome(await respond(pool, first, responses))).toEqual(USED);
  });

  test("without triggers, and with triggers that answer nonsense", async () => {
    await usePool();
    expect(outcome(await start())).toEqual([
      "InvalidParameterException",
      "Custom auth lambda trigger is not configured for the user pool.",
    ]);
    expect(outcome(await start({ USERNAME: "nobody" }))).toEqual(MISSING);
    await usePool({ customAuth: () => ({ next: "RIDDLE" }) });
    expect(outcome(await start())[0]).toBe("InvalidLambdaResponseException");
    const fails = async () => {
      throw new Error("no riddle is left");
    };
    await usePool({ customAuth: fails });
    expect(outcome(await start())).toEqual([
      "UserLambdaValidationException",
      "DefineAuthChallenge failed with error no riddle is left.",
    ]);
  });
});

describe("USER_AUTH", () => {
  const start = (more) => begin(pool, "USER_AUTH", { USERNAME: "theseus", ...more });
  const choose = async (responses) => respond(pool, await start(), responses);
  const verified = { attributes: { email: EMAIL, phone_number: "+14155550100" } };
  const code = () => pool.outbox.at(-1).code;

  test.each([
    ["a password", {}, { attributes: {} }, ["PASSWORD", "PASSWORD_SRP"]],
    ["verified addresses", {}, verified, ["PASSWORD", "PASSWORD_SRP", "EMAIL_OTP", "SMS_OTP"]],
    ["no password", {}, { password: undefined }, ["EMAIL_OTP"]],
    [
      "an address that is not verified",
      {},
      { attributes: { email: EMAIL, email_verified: "false" } },
      ["PASSWORD", "PASSWORD_SRP"],
    ],
    [
      "a second factor",
      { mfa: "OPTIONAL" },
      { mfa: ["SMS_MFA"], ...verified },
      ["PASSWORD", "PASSWORD_SRP"],
    ],
  ])("what may be chosen with %s", async (_name, options, user, factors) => {
    await usePool(options, user);
    const body = await start();
    expect([outcome(body), body.AvailableChallenges]).toEqual(["SELECT_CHALLENGE", factors]);
  });

  const WITH = [
    ["PASSWORD", { PASSWORD }, "tokens"],
    ["PASSWORD", { PASSWORD: "Labyrinth2" }, BAD],
    ["PASSWORD", {}, "PASSWORD"],
    ["PASSWORD_SRP", {}, "PASSWORD_SRP"],
    ["EMAIL_OTP", {}, "EMAIL_OTP"],
  ];
  test.each(WITH)("the choice %s with %p", async (ANSWER, parameters, expected) => {
    await usePool();
    expect(outcome(await choose({ ANSWER, ...parameters }))).toEqual(expected);
  });
  test.each(WITH)(
    "the preference %s with %p",
    async (PREFERRED_CHALLENGE, parameters, expected) => {
      await usePool();
      expect(outcome(await start({ PREFERRED_CHALLENGE, ...parameters }))).toEqual(expected);
    },
  );

  test("a preference that the user has not is a choice, and no choice is refused", async () => {
    await usePool();
    expect(outcome(await start({ PREFERRED_CHALLENGE: "SMS_OTP" }))).toBe("SELECT_CHALLENGE");
    expect(outcome(await choose({}))).toEqual(missing("ANSWER"));
    expect(outcome(await choose({ ANSWER: "SMS_OTP" }))[0]).toBe("InvalidParameterException");
  });

  test("PASSWORD as a challenge: the wrong one ends it", async () => {
    await usePool();
    const challenge = await choose({ ANSWER: "PASSWORD" });
    expect(outcome(await respond(pool, challenge, { PASSWORD: "x" }))).toEqual(BAD);
    expect(outcome(await respond(pool, challenge, { PASSWORD }))).toEqual(USED);
    const next = await choose({ ANSWER: "PASSWORD" });
    expect(outcome(await respond(pool, next, { PASSWORD }))).toBe("tokens");
  });

  test("PASSWORD_SRP, with SRP_A at the choice or after it: PASSWORD_VERIFIER has a session", async () => {
    await usePool();
    const later = await choose({ ANSWER: "PASSWORD_SRP" });
    const challenges = [
      await choose({ ANSWER: "PASSWORD_SRP", SRP_A: client.srpA }),
      await respond(pool, later, { SRP_A: client.srpA }),
      await start({ PREFERRED_CHALLENGE: "PASSWORD_SRP", SRP_A: client.srpA }),
    ];
    for (const challenge of challenges) {
      expect(outcome(challenge)).toBe("PASSWORD_VERIFIER");
      expect(challenge.Session).toEqual(expect.any(String));
      const { ChallengeParameters } = challenge;
      const responses = client.answer(ChallengeParameters, PASSWORD, await poolTime());
      expect(outcome(await respond(pool, challenge, responses))).toBe("tokens");
    }
  });

  test.each([
    ["EMAIL_OTP", "EMAIL_OTP_CODE", "EMAIL", "t***@e***"],
    ["SMS_OTP", "SMS_OTP_CODE", "SMS", "+*******0100"],
  ])("%s: the code leads to tokens", async (factor, name, by, to) => {
    await usePool({}, verified);
    const challenge = await start({ PREFERRED_CHALLENGE: factor });
    expect(challenge.ChallengeParameters).toMatchObject({
      CODE_DELIVERY_DELIVERY_MEDIUM: by,
      CODE_DELIVERY_DESTINATION: to,
    });
    expect(outcome(await respond(pool, challenge, { [name]: "x" }))[0]).toBe(
      "CodeMismatchException",
    );
    expect(outcome(await respond(pool, challenge, { [name]: code() }))).toBe("tokens");
  });

  test("after the password comes the second factor", async () => {
    await usePool({ mfa: "OPTIONAL" }, { mfa: ["EMAIL_OTP"] });
    expect(outcome(await choose({ ANSWER: "PASSWORD", PASSWORD }))).toBe("EMAIL_OTP");
  });

  test("an unknown name: told, or answered as a wrong password", async () => {
    await usePool();
    expect(outcome(await start({ USERNAME: "nobody" }))).toEqual(MISSING);
    await usePool({ hideUnknownUsers: true });
    const challenge = await start({ USERNAME: "nobody" });
    expect(outcome(challenge)).toBe("SELECT_CHALLENGE");
    const responses = { USERNAME: "nobody", ANSWER: "PASSWORD", PASSWORD };
    expect(outcome(await respond(pool, challenge, responses))).toEqual(BAD);
    const preferred = { USERNAME: "nobody", PREFERRED_CHALLENGE: "PASSWORD", PASSWORD };
    expect(outcome(await start(preferred))).toEqual(BAD);
  });
});
