"use strict";

// Credentials over time: rotated and revoked ones are replaced in an Auth that is there already, and sources are asked as
// rarely as possible.

const path = require("node:path");
const cognito = require("../../index.js");
const { keys, startContainer, useCredentialWorld } = require("../support/credential-world");
const { refusal } = require("../../tools/outcomes.js");
const { OF_V2, callTwiceWithV2 } = require("../support/sdk-clients.js");
const { POOL } = require("../../tools/testing/service-server.js");

const { createAuth } = cognito;
const STALE = ["ExpiredTokenException", "ExpiredToken", "UnrecognizedClientException"];
const world = useCredentialWorld();
const { signers, use, write, writeKeys } = world;
const ask = (auth = cognito) => auth.fetchUserByUsername("theseus");

/** Of each source: its variables, and how its credentials are replaced. */
const SOURCES = {
  "a file of profiles": () => [{}, writeKeys],
  "the file of AWS_CONFIG_FILE": () => [{}, (key) => write("config", `[default]\n${keys(key)}`)],
  "a named profile": () => [
    { AWS_PROFILE: "games" },
    (key) => write("credentials", `[games]\n${keys(key)}`),
  ],
  "a credential process": () => {
    const file = path.join(world.home, "printed");
    const script = write(
      "process.js",
      `process.stdout.write(require("node:fs").readFileSync(${JSON.stringify(file)}))`,
    );
    write("config", `[default]\ncredential_process = "${process.execPath}" "${script}"\n`);
    const rest = { Version: 1, SecretAccessKey: "x" };
    return [{}, (AccessKeyId) => write("printed", JSON.stringify({ ...rest, AccessKeyId }))];
  },
  "a container": () => [
    world.container.variable,
    (key) => {
      world.container.key = key;
    },
  ],
  "a web identity": () => [
    {
      AWS_ROLE_ARN: "arn:aws:iam::1:role/a",
      AWS_WEB_IDENTITY_TOKEN_FILE: write("token", "token"),
      AWS_ENDPOINT_URL_STS: world.container.url,
    },
    (key) => {
      world.container.key = key;
    },
  ],
};

describe.each(Object.keys(SOURCES))("credentials of %s that are replaced", (name) => {
  let replace;

  beforeEach(() => {
    const [env, replacing] = SOURCES[name]();
    use(env);
    replace = (key) => {
      replacing(key);
      world.valid = key;
    };
    replace("AKIDONE");
  });

  test.each(STALE)("count after one refusal: %s", async (code) => {
    world.refusing = code;
    const auth = createAuth();
    await ask(auth);
    replace("AKIDTWO");
    await ask(auth);
    await ask(auth);
    expect(signers()).toEqual(["AKIDONE", "AKIDONE", "AKIDTWO", "AKIDTWO"]);
  });

  test("count for all Auths and functions", async () => {
    const auths = [createAuth(), cognito, createAuth()];
    for (const auth of auths) await ask(auth);
    replace("AKIDTWO");
    world.service.requests.length = 0;
    for (const auth of auths) await ask(auth);
    for (const auth of auths) await ask(auth);
    expect(signers().slice(0, 2)).toEqual(["AKIDONE", "AKIDTWO"]);
    expect(signers().slice(-3)).toEqual(["AKIDTWO", "AKIDTWO", "AKIDTWO"]);
  });

  test("count for each kind of call; a sign-up is sent once", async () => {
    const auth = createAuth();
    const calls = [
      () => auth.login("theseus", "p"),
      () => auth.createCognitoUser("theseus", "p", "a@b.example", "+14155550100"),
      () => ask(auth),
    ];
    for (const [index, call] of calls.entries()) {
      await call();
      replace(`AKID-${index}`);
      world.service.requests.length = 0;
      await call();
      expect(signers().filter(Boolean)).toHaveLength(2);
      expect(signers().at(-1)).toBe(`AKID-${index}`);
      expect(world.service.of("SignUp").length).toBeLessThanOrEqual(1);
    }
  });

  test("that are refused again: the call fails after two requests, and the next one recovers", async () => {
    const auth = createAuth();
    await ask(auth);
    replace("AKIDTWO");
    world.valid = "AKIDTHREE";
    world.service.requests.length = 0;
    expect((await refusal(ask(auth))).reason).toBe("aws-credentials");
    expect(signers()).toEqual(["AKIDONE", "AKIDTWO"]);
    replace("AKIDTHREE");
    await ask(auth);
  });

  test("by the same ones: the request is not repeated", async () => {
    const auth = createAuth();
    await ask(auth);
    world.valid = "AKIDNEVER";
    world.service.requests.length = 0;
    expect((await refusal(ask(auth))).reason).toBe("aws-credentials");
    expect(signers()).toEqual(["AKIDONE"]);
  });
});

describe("credentials that are refused", () => {
  test("of a file: the next request has the new ones, as the original's", async () => {
    use(OF_V2);
    write("config", "");
    world.valid = "AKIDONE";
    writeKeys("AKIDONE");
    const rotate = () => {
      world.valid = "AKIDTWO";
      writeKeys("AKIDTWO");
    };
    await callTwiceWithV2({ endpoint: world.service.endpoint, poolId: POOL, between: rotate });
    const original = signers();
    world.service.requests.length = 0;
    world.valid = "AKIDONE";
    writeKeys("AKIDONE");
    const auth = createAuth();
    await ask(auth);
    rotate();
    await ask(auth);
    expect(signers()).toEqual(["AKIDONE", "AKIDONE", "AKIDTWO"]);
    expect(signers()).toEqual(original);
  });

  test("as unknown to AWS: the original rejects, and ours asks their source", async () => {
    use(OF_V2);
    write("config", "");
    world.refusing = "UnrecognizedClientException";
    const rotate = () => {
      world.valid = "AKIDTWO";
      writeKeys("AKIDTWO");
    };
    world.valid = "AKIDONE";
    writeKeys("AKIDONE");
    const original = callTwiceWithV2({
      endpoint: world.service.endpoint,
      poolId: POOL,
      between: rotate,
    });
    await expect(original).rejects.toMatchObject({ code: world.refusing });
    expect(signers()).toEqual(["AKIDONE", "AKIDONE"]);
    world.service.requests.length = 0;
    world.valid = "AKIDONE";
    writeKeys("AKIDONE");
    const auth = createAuth();
    await ask(auth);
    rotate();
    await ask(auth);
    expect(signers()).toEqual(["AKIDONE", "AKIDONE", "AKIDTWO"]);
  });

  const STATIC = {
    "of the environment": () => [{ AWS_ACCESS_KEY_ID: "AKIDENV", AWS_SECRET_ACCESS_KEY: "x" }, {}],
    "of the options": () => [
      {},
      { credentials: { accessKeyId: "AKIDOPTION", secretAccessKey: "x" } },
    ],
  };

  test.each(Object.keys(STATIC))("%s have no source: the request is not repeated", async (name) => {
    const [env, options] = STATIC[name]();
    use(env);
    writeKeys("AKIDFILE");
    world.valid = "AKIDFILE";
    expect((await refusal(ask(createAuth(options)))).reason).toBe("aws-credentials");
    expect(world.service.requests).toHaveLength(1);
  });

  test("for lack of a permission are not asked for again", async () => {
    use(world.container.variable);
    world.refusing = "AccessDeniedException";
    world.valid = "AKIDOTHER";
    await refusal(ask(createAuth()));
    expect(world.service.requests).toHaveLength(1);
    expect(world.container.asked).toBe(1);
  });

  test("while their source is silent: the call fails with what the service said", async () => {
    use(world.container.variable);
    world.valid = "AKIDCONTAINER";
    const auth = createAuth({ timeoutMs: 5_000 });
    await ask(auth);
    world.valid = "AKIDTWO";
    await world.container.stop();
    try {
      expect((await refusal(ask(auth))).reason).toBe("aws-credentials");
    } finally {
      world.container = await startContainer();
    }
  });
});

describe("one source is asked once", () => {
  const crowd = () => {
    const index = Array.from({ length: 100 }, (_, at) => at);
    return index.map((at) => createAuth({ userPoolId: `us-east-1_Pool${at}` }));
  };
  const login = (auth) => auth.fetchUserByUsername("theseus");

  test("by a hundred Auths of a hundred pools at once", async () => {
    use(world.container.variable);
    await Promise.all(crowd().map(login));
    expect(new Set(signers())).toEqual(new Set(["AKIDCONTAINER"]));
    expect(world.service.requests).toHaveLength(100);
    expect(world.container.asked).toBe(1);
  });

  test("by a hundred Auths one after another", async () => {
    use(world.container.variable);
    for (const auth of crowd()) await login(auth);
    expect(world.container.asked).toBe(1);
  });

  test("more, when all of them are refused at once", async () => {
    use(world.container.variable);
    const auths = crowd();
    await Promise.all(auths.map(login));
    world.container.key = world.valid = "AKIDTWO";
    world.service.requests.length = 0;
    await Promise.all(auths.map(login));
    expect(world.container.asked).toBe(2);
    expect(world.service.requests.length).toBeLessThanOrEqual(200);
    expect(signers().filter((key) => key === "AKIDTWO")).toHaveLength(100);
  });

  test("more, when calls of one Auth are refused at once", async () => {
    use(world.container.variable);
    const auth = createAuth();
    await login(auth);
    world.container.key = world.valid = "AKIDTWO";
    await Promise.all(Array.from({ length: 50 }, () => login(auth)));
    expect(world.container.asked).toBe(2);
  });

  test("by calls that time out together while it is silent; by a later call once more", async () => {
    use(world.container.variable);
    let answer;
    world.container.wait = new Promise((resolve) => {
      answer = resolve;
    });
    const hasty = createAuth({ timeoutMs: 1_000 });
    for (const asked of [1, 2]) {
      const calls = Array.from({ length: 20 }, () => refusal(login(hasty)));
      for (const { reason } of await Promise.all(calls)) {
        expect(reason).toMatch(/^(aws-credentials|timeout)$/);
      }
      expect(world.container.asked).toBe(asked);
    }
    answer();
    await login(createAuth());
  });

  test("but other sources are others: two profiles, two containers", async () => {
    write("credentials", `[default]\n${keys("AKIDONE")}[games]\n${keys("AKIDTWO")}`);
    await ask(createAuth());
    process.env.AWS_PROFILE = "games";
    await ask(createAuth());
    delete process.env.AWS_PROFILE;
    process.env.AWS_SHARED_CREDENTIALS_FILE = path.join(world.home, "nowhere");
    Object.assign(process.env, world.container.variable);
    await ask(createAuth());
    process.env.AWS_CONTAINER_CREDENTIALS_FULL_URI += "/other";
    await ask(createAuth());
    expect(signers()).toEqual(["AKIDONE", "AKIDTWO", "AKIDCONTAINER", "AKIDCONTAINER"]);
    expect(world.container.asked).toBe(2);
  });
});
