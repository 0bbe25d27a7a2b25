"use strict";

// Whether a challenge can be answered again after a failure: what the flow of an answer says of it, at each of its requests.

const { LiveAuth } = require("../../lib/auth");
const { Refusal } = require("../../lib/errors/failure");
const { invoke } = require("../../lib/invoke");
const { failure, reset, startServiceServer } = require("../../tools/testing/service-server.js");

const SESSION = "s".repeat(40);
const RESPOND = "AdminRespondToAuthChallenge";
const VERIFY = "VerifySoftwareToken";
const RATE = failure("TooManyRequestsException", "Rate exceeded", { status: 429 });
const TOKENS = {
  body: {
    AuthenticationResult: {
      AccessToken: "a.b.c",
      IdToken: "d.e.f",
      ExpiresIn: 60,
      RefreshToken: "r",
    },
  },
};

const services = [];
const started = async () => {
  services.push(await startServiceServer());
  return services.at(-1);
};
let service;
beforeAll(async () => {
  service = await started();
});
afterAll(() => Promise.all(services.map((one) => one.stop())));
beforeEach(() => service.clear());

/** A flow's answer, or the failure as the addon words it. */
async function outcome(name, request, { of = service, signal } = {}) {
  const live = new LiveAuth({ ...of.options });
  try {
    return await invoke(
      name,
      { Now: Date.now(), ...request },
      {
        operation: "answer",
        handleFor: () => live.now().callHandle(),
        signal,
        read: (answer) => answer,
      },
    ).promise;
  } catch (thrown) {
    if (thrown instanceof Refusal) return thrown.failure;
    throw thrown;
  }
}

/** What the answer to a challenge needs. */
async function begun(answer, { flow = "ADMIN_NO_SRP_AUTH", of = service } = {}) {
  const operation = flow === "ADMIN_NO_SRP_AUTH" ? "AdminInitiateAuth" : "InitiateAuth";
  of.next(operation, {
    body: { Session: SESSION, ChallengeParameters: { USER_ID_FOR_SRP: "u-1" }, ...answer },
  });
  const request = { Username: "theseus", Password: "Labyrinth1", AuthFlow: flow };
  return (await outcome("flow/sign-in", request, { of })).Kept;
}
const smsCode = (of) => begun({ ChallengeName: "SMS_MFA" }, { of });

async function authenticatorApp(of = service) {
  const parameters = { MFAS_CAN_SETUP: '["SOFTWARE_TOKEN_MFA"]' };
  const Kept = await begun({ ChallengeName: "MFA_SETUP", ChallengeParameters: parameters }, { of });
  of.next("AssociateSoftwareToken", { body: { SecretCode: "JBSWY3DP", Session: SESSION } });
  return (await outcome("flow/challenge", { Kept, Answer: "SOFTWARE_TOKEN_MFA" }, { of })).Kept;
}

const OPEN = { open: true };
const SPENT = {
  open: undefined,
  retryable: false,
  hint: expect.stringMatching(/^Start the sign-in again/),
};
const told = ({ open, reason, retryable, hint }) => ({ open, reason, retryable, hint });

describe("an answer of one request", () => {
  test.each([
    ["throttled", RATE, { ...OPEN, reason: "throttled", retryable: true }],
    [
      "refused for its AWS credentials",
      failure("ExpiredTokenException", "The security token included in the request is expired"),
      { ...OPEN, reason: "aws-credentials", retryable: true },
    ],
    [
      "with a wrong code",
      failure("CodeMismatchException", "Invalid code received for user"),
      { ...OPEN, reason: "code-wrong" },
    ],
    [
      "with a password that is too short",
      failure("InvalidPasswordException", "Password not long enough"),
      { ...OPEN, reason: "password-policy" },
    ],
    ["cut", reset, { ...SPENT, reason: "network" }],
    [
      "that Cognito failed at",
      failure("InternalErrorException", "", { status: 500 }),
      { ...SPENT, reason: "service" },
    ],
    ["that a gateway gave up", { status: 502, body: "<html>" }, { ...SPENT, reason: "service" }],
    [
      "with an attribute left out",
      failure("InvalidParameterException", "Invalid attributes given, given_name is missing"),
      { ...SPENT, reason: "invalid-argument" },
    ],
    ["answered with what cannot be read", { body: "[]" }, { ...SPENT, reason: "service" }],
  ])("%s", async (_what, answer, expected) => {
    const Kept = await smsCode();
    service.always(RESPOND, answer);
    expect(told(await outcome("flow/challenge", { Kept, Answer: "123456" }))).toMatchObject(
      expected,
    );
  });

  test("that was not sent", async () => {
    const Kept = await smsCode();
    // Nobody is connected to it: a connection that has just been cut could have taken the request.
    const gone = await started();
    await gone.stop();
    const failed = await outcome("flow/challenge", { Kept, Answer: "123456" }, { of: gone });
    expect(failed).toMatchObject({ ...OPEN, reason: "network", retryable: true });
  });

  test("that is none, without a request", async () => {
    const Kept = await smsCode();
    const failed = await outcome("flow/challenge", { Kept, Answer: "" });
    expect(failed).toMatchObject({ ...OPEN, reason: "invalid-argument" });
    expect(service.of(RESPOND)).toHaveLength(0);
  });

  test("that was given up under way", async () => {
    const Kept = await smsCode();
    const control = new AbortController();
    service.always(RESPOND, () => control.abort());
    const given = { signal: control.signal };
    const failed = await outcome("flow/challenge", { Kept, Answer: "123456" }, given);
    expect(told(failed)).toMatchObject({ ...SPENT, reason: "aborted" });
  });
});

describe("an answer of several requests", () => {
  const VERIFIED = { body: { Status: "SUCCESS", Session: SESSION } };

  test.each([
    ["throttled", RATE, "throttled"],
    ["cut", reset, "network"],
    ["said to have a wrong code", failure("CodeMismatchException", "odd"), "code-wrong"],
  ])("the code of an app taken, the next request %s", async (_what, answer, reason) => {
    const Kept = await authenticatorApp();
    service.next(VERIFY, VERIFIED);
    service.always(RESPOND, answer);
    const failed = await outcome("flow/challenge", { Kept, Answer: "123456" });
    expect(told(failed)).toMatchObject({ ...SPENT, reason });
  });

  test("the code of an app taken, the next request not sent", async () => {
    const gone = await started();
    const Kept = await authenticatorApp(gone);
    gone.next(VERIFY, (_record, response) => {
      response.once("finish", () => gone.stop());
      return { ...VERIFIED, headers: { connection: "close" } };
    });
    const failed = await outcome("flow/challenge", { Kept, Answer: "123456" }, { of: gone });
    expect(told(failed)).toMatchObject({ ...SPENT, reason: "network" });
  });

  test.each([
    ["throttled", RATE, { ...OPEN, reason: "throttled", retryable: true }],
    ["an error", { body: { Status: "ERROR" } }, { ...OPEN, reason: "code-wrong" }],
    ["without a status", { body: { Session: SESSION } }, { ...SPENT, reason: "service" }],
    [
      "of another status",
      { body: { Status: "PENDING", Session: SESSION } },
      { ...SPENT, reason: "service" },
    ],
  ])("the code of an app, and the answer to it is %s", async (_what, answer, expected) => {
    const Kept = await authenticatorApp();
    service.always(VERIFY, answer);
    service.always(RESPOND, TOKENS);
    const failed = await outcome("flow/challenge", { Kept, Answer: "123456" });
    expect(told(failed)).toMatchObject(expected);
    expect(service.of(RESPOND)).toHaveLength(0);
  });

  test("a proof whose first half was taken", async () => {
    const Kept = await begun(
      { ChallengeName: "SELECT_CHALLENGE", AvailableChallenges: ["PASSWORD_SRP"] },
      { flow: "USER_AUTH" },
    );
    const asked = { SRP_B: "2", SALT: "ab", SECRET_BLOCK: "AAAA", USER_ID_FOR_SRP: "u-1" };
    service.next("RespondToAuthChallenge", {
      body: {
        ChallengeName: "PASSWORD_VERIFIER",
        Session: SESSION,
        ChallengeParameters: asked,
      },
    });
    service.always("RespondToAuthChallenge", RATE);
    const Options = { password: "Labyrinth1" };
    const failed = await outcome("flow/challenge", { Kept, Answer: "PASSWORD_SRP", Options });
    expect(told(failed)).toMatchObject({ ...SPENT, reason: "throttled" });
  });
});
