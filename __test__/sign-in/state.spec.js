"use strict";

// Challenges that are saved in one process, or thread, and answered in another.

const { inspect } = require("node:util");
const { Worker } = require("node:worker_threads");
const { AuthError, createAuth } = require("../..");
const { ROOT, evaluate } = require("../support/child.js");
const { useEnvironment } = require("../support/environment.js");
const { NAME, PASSWORD, SECRET, STATE_KEY, refusal, usePools } = require("./support.js");

const open = usePools();
const SEED = "JBSWY3DPEHPK3PXP";
const binding = "__Host-c00kie";

/** A challenge of a second factor, and an Auth with `settings`. */
async function begin(settings = { stateKey: STATE_KEY }, options = {}) {
  const { pool, auth } = await open({
    mfa: "OPTIONAL",
    user: { totpSecret: SEED },
    settings,
    ...options,
  });
  return { pool, auth, step: await auth.signIn(NAME, PASSWORD) };
}

/** What a synchronous call throws. */
function thrown(call) {
  try {
    call();
  } catch (error) {
    expect(error).toBeInstanceOf(AuthError);
    return error;
  }
  throw new Error("it should have thrown");
}

const REFUSED = {
  name: "InvalidParameterException",
  reason: "invalid-argument",
  message: "The saved challenge cannot be opened",
};

test("in another process, with the first key or a later one", async () => {
  const { pool, step } = await begin();
  const state = step.save({ binding });
  expect(state).toMatch(/^[\w-]{300,6000}$/);
  const options = { ...pool.options, stateKey: [`new-${STATE_KEY}`, STATE_KEY] };
  const source = `
    const auth = require("./index.js").createAuth(${JSON.stringify(options)});
    const step = auth.resume(${JSON.stringify(state)}, { binding: ${JSON.stringify(binding)} });
    const again = auth.resume(step.save({ binding: "b" }), { binding: "b" });
    again.answer(${JSON.stringify(pool.totp(NAME))}).then((tokens) =>
      console.log(JSON.stringify({ step, signedIn: tokens.signedIn })));`;
  expect(await evaluate(source)).toEqual({
    step: { signedIn: false, name: "SOFTWARE_TOKEN_MFA", username: NAME },
    signedIn: true,
  });
});

test("in another thread, with the key of the client's secret", async () => {
  const { pool, step } = await begin({}, { clientSecret: SECRET });
  const worker = new Worker(
    `const { parentPort, workerData } = require("node:worker_threads");
     const { createAuth } = require(${JSON.stringify(ROOT)});
     const { options, state, code } = workerData;
     createAuth(options).resume(state).answer(code).then(
       (tokens) => parentPort.postMessage(tokens.signedIn),
       (error) => parentPort.postMessage(error.message));`,
    {
      eval: true,
      workerData: { options: pool.options, state: step.save(), code: pool.totp(NAME) },
    },
  );
  const answer = await new Promise((resolve, reject) => {
    worker.once("message", resolve);
    worker.once("error", reject);
  });
  await worker.terminate();
  expect(answer).toBe(true);
});

test("from the environment, where keys are separated by commas", async () => {
  const { pool, step } = await begin({ stateKey: [STATE_KEY] });
  const restore = useEnvironment({ COGNITO_STATE_KEY: `${STATE_KEY}.new,${STATE_KEY}` });
  try {
    const { userPoolId, clientId, stateKey, ...rest } = pool.options;
    process.env.USER_POOL_ID = userPoolId;
    process.env.COGNITO_CLIENT_ID = clientId;
    expect(createAuth(rest).resume(step.save()).name).toBe("SOFTWARE_TOKEN_MFA");
    // The key belongs to no pool: what it seals is bound to pool and client.
    const ofPool = { ...pool.options, stateKey: undefined };
    expect(createAuth(ofPool).resume(step.save()).name).toBe("SOFTWARE_TOKEN_MFA");
    const other = createAuth({ ...ofPool, clientId: "other1client" });
    expect(thrown(() => other.resume(step.save()))).toMatchObject(REFUSED);
  } finally {
    restore();
  }
});

test("another pool, client, key, browser or form: one message", async () => {
  const { pool, auth, step } = await begin();
  const state = step.save({ binding });
  const withOptions = (options) => createAuth({ ...pool.options, stateKey: STATE_KEY, ...options });
  const cases = [
    () => auth.resume(state),
    () => auth.resume(state, {}),
    () => auth.resume(step.save(), { binding }),
    ...[undefined, null, "", 5, {}, [binding], `${binding} `, "\ud800", "x".repeat(100_000)].map(
      (wrong) => () => auth.resume(state, { binding: wrong }),
    ),
    () => withOptions({ clientId: "other1client" }).resume(state, { binding }),
    () => withOptions({ userPoolId: "us-east-1_Other1" }).resume(state, { binding }),
    () => withOptions({ stateKey: `${STATE_KEY}x` }).resume(state, { binding }),
    ...[undefined, null, "", 5, {}, "x", "\ud800", "ä", "A".repeat(100_000)].map(
      (wrong) => () => auth.resume(wrong, { binding }),
    ),
    ...[
      `${state}=`,
      ` ${state}`,
      state.slice(1),
      state.slice(0, -1),
      `${state}A`,
      `B${state.slice(1)}`,
    ].map((changed) => () => auth.resume(changed, { binding })),
  ];
  for (const call of cases) {
    const error = thrown(call);
    expect(error).toMatchObject(REFUSED);
    expect(inspect(error)).not.toContain(state.slice(0, 40));
  }
  expect(auth.resume(state, { binding }).username).toBe(NAME);
});

test("fifteen minutes, by the application's clock", async () => {
  const { auth, step } = await begin();
  const state = step.save();
  const now = Date.now();
  const at = (offset) => {
    const spy = jest.spyOn(Date, "now").mockReturnValue(now + offset);
    try {
      return auth.resume(state).name;
    } catch (error) {
      return error.reason;
    } finally {
      spy.mockRestore();
    }
  };
  expect(at(14 * 60_000)).toBe("SOFTWARE_TOKEN_MFA");
  expect(at(16 * 60_000)).toBe("challenge-expired");
  expect(at(-3 * 60_000)).toBe("challenge-expired");
  expect(at(Number.NaN)).toBe("internal");
  // A resumed challenge keeps its first time.
  const again = auth.resume(state).save();
  const spy = jest.spyOn(Date, "now").mockReturnValue(now + 16 * 60_000);
  expect(thrown(() => auth.resume(again)).reason).toBe("challenge-expired");
  spy.mockRestore();
});

test("without a key there is no saved challenge", async () => {
  const { auth, step } = await begin({});
  for (const call of [() => step.save(), () => auth.resume("x")]) {
    expect(thrown(call)).toMatchObject({
      name: "ConfigError",
      reason: "config",
      message: expect.stringMatching(/^COGNITO_STATE_KEY is not set/),
      hint: expect.stringContaining("openssl rand -base64 32"),
    });
  }
});

test("a binding that is none seals nothing", async () => {
  const { step } = await begin();
  for (const wrong of [undefined, null, "", 5, {}]) {
    expect(thrown(() => step.save({ binding: wrong }))).toMatchObject({
      reason: "invalid-argument",
    });
  }
  for (const wrong of [null, 5, "x", { bindings: "x" }]) {
    expect(thrown(() => step.save(wrong))).toMatchObject({ reason: "config" });
  }
});

test("an authenticator app's set-up goes on elsewhere, without its secret", async () => {
  const { totpAt } = require("../../testing/totp.js");
  const { auth } = await open({ mfa: "ON", settings: { stateKey: STATE_KEY } });
  const setup = await (await auth.signIn(NAME, PASSWORD)).answer("SOFTWARE_TOKEN_MFA");
  const resumed = auth.resume(setup.save({ binding }), { binding });
  expect(resumed).toEqual({
    signedIn: false,
    name: "MFA_SETUP",
    username: NAME,
    choices: ["SOFTWARE_TOKEN_MFA"],
  });
  expect((await resumed.answer(totpAt(setup.totp.secret, Date.now()))).signedIn).toBe(true);
});

test("a copy does not know that the challenge was answered: Cognito does", async () => {
  const { pool, auth, step } = await begin();
  const copy = auth.resume(step.save());
  await step.answer(pool.totp(NAME));
  expect(await refusal(copy.answer(pool.totp(NAME)))).toMatchObject({
    name: "NotAuthorizedException",
    reason: "challenge-expired",
    message: "Invalid session for the user, session can only be used once.",
    status: 401,
  });
});

test.each([
  ["short", "x".repeat(31)],
  ["of one character", "x".repeat(64)],
  ["with a line break", `${STATE_KEY}\n`],
  ["empty", ""],
  ["an empty list", []],
  ["a number", 5],
])("a key that is %s is refused by createAuth, and not shown", (_what, stateKey) => {
  const error = thrown(() => createAuth({ stateKey }));
  expect(error).toMatchObject({ reason: "config", message: expect.stringContaining("stateKey") });
  if (stateKey.length === 0 || typeof stateKey === "number") {
    expect(error.message).toBe(
      "option stateKey must be a string that is not empty, or a list of at least one such string, or null",
    );
  }
  expect(`${error.message}${error.stack}`).not.toContain("xxxx");
});
