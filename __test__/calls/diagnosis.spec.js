"use strict";

// What Cognito's failures mean: every sample of every row of the table, answered over HTTP. The public functions meet those of
// their operations, and any operation meets the others. `tests/diagnosis.rs` holds the same samples against the table, and shows that they reach all of it.

const { AuthError, JsonWebTokenError, createAuth } = require("../..");
const { LiveAuth } = require("../../lib/auth");
const { exposed } = require("../../lib/exposed");
const { invoke } = require("../../lib/invoke");
const { failure, startServiceServer } = require("../../tools/testing/service-server.js");
const { refusal } = require("../../tools/outcomes.js");
const SAMPLES = require("../../tests/data/diagnosis.json");

const NAME = "theseus";
const PASSWORD = "Labyrinth1";

/** The function that sends an operation. */
const CALLS = {
  SignUp: (auth) => auth.createCognitoUser(NAME, PASSWORD),
  AdminConfirmSignUp: (auth) => auth.createCognitoUser(NAME, PASSWORD),
  AdminInitiateAuth: (auth) => auth.login(NAME, PASSWORD),
  AdminGetUser: (auth) => auth.fetchUserByUsername(NAME),
};
const STAGES = { SignUp: "sign-up", AdminConfirmSignUp: "confirm" };

const PLAYED = SAMPLES.flatMap((sample) =>
  sample.operations.map((operation) => [
    `${operation}, ${sample.code}: ${sample.message}`,
    operation,
    sample,
  ]),
);

let service;
beforeAll(async () => {
  service = await startServiceServer();
});
afterAll(() => service.stop());
beforeEach(() => service.clear());

/** Any other operation. */
function call(name, options) {
  const live = new LiveAuth({ ...service.options, ...options });
  const handleFor = () => live.now().callHandle();
  return exposed(call, () => invoke(name, {}, { handleFor, read: (answer) => answer }));
}

const play = (operation, options) =>
  Object.hasOwn(CALLS, operation) ? CALLS[operation](make(options)) : call(operation, options);

const make = (options) => createAuth({ ...service.options, ...options });

/** How often a request is sent that may be sent twice. */
function attemptsAfter(operation, { again, http = 400 }) {
  if (again === "Throttled" || http === 429) return 2;
  return http >= 500 && operation !== "SignUp" ? 2 : 1;
}

test("there are samples for each of the functions, and each once", () => {
  for (const operation of Object.keys(CALLS)) {
    expect(PLAYED.filter(([, played]) => played === operation).length).toBeGreaterThan(20);
  }
  expect(new Set(PLAYED.map(([title]) => title)).size).toBe(PLAYED.length);
});

test.each(PLAYED)("%s", async (_title, operation, sample) => {
  const { code, message, http = 400, reason, status, hint, retryable = false } = sample;
  service.always(operation, failure(code, message, { status: http, requestId: "r-7" }));
  const error = await refusal(play(operation, { maxAttempts: 2 }));
  const attempts = attemptsAfter(operation, sample);
  expect(error).toMatchObject({
    name: code,
    code,
    message,
    reason,
    status,
    statusCode: http,
    requestId: "r-7",
    retryable,
    attempts,
    cognito: { statusCode: http, requestId: "r-7", attempts },
  });
  expect(error.stage).toBe(STAGES[operation]);
  expect(error.hint).toEqual(hint === undefined ? undefined : expect.stringContaining(hint));
  expect(error).not.toHaveProperty("finding");
  expect(error).toBeInstanceOf(reason.startsWith("token-") ? JsonWebTokenError : AuthError);
  expect(error instanceof JsonWebTokenError).toBe(reason.startsWith("token-"));
  expect(service.of(operation)).toHaveLength(attempts);
});

// The words are the service's, and another service or a future version may spell them in another way.
test.each([
  ["NotAuthorizedException", "INCORRECT USERNAME OR PASSWORD.", "bad-credentials"],
  ["NotAuthorizedException", "user is Disabled", "user-disabled"],
  ["NotAuthorizedException", "", "not-authorized"],
  ["notAuthorizedException", "Incorrect username or password.", "service"],
])("%s, %p: %s", async (code, message, reason) => {
  service.always("AdminInitiateAuth", failure(code, message));
  expect((await refusal(make().login(NAME, PASSWORD))).reason).toBe(reason);
});

test("a user who is confirmed already is registered, whichever code says so", async () => {
  for (const code of ["NotAuthorizedException", "InvalidParameterException"]) {
    service.always(
      "AdminConfirmSignUp",
      failure(code, "User cannot be confirmed. Current status is CONFIRMED"),
    );
    await expect(make().createCognitoUser(NAME, PASSWORD)).resolves.toMatchObject({
      username: NAME,
    });
  }
});
