"use strict";

// Credentials over time: rotated, revoked and corrected ones take effect in an Auth that is there already, sources are asked
// as rarely as possible, and one that does not answer holds up nobody else. Which credentials were taken shows in the
// signature of the request.

const { execFileSync } = require("node:child_process");
const fs = require("node:fs");
const http = require("node:http");
const os = require("node:os");
const path = require("node:path");
const cognito = require("../../index.js");
const { evaluate } = require("../support/child.js");
const { useEnvironment } = require("../support/environment.js");
const { refusal } = require("../../tools/outcomes.js");
const { callTwiceWithV2 } = require("../support/sdk-clients.js");
const { CLIENT, POOL, failure, startServiceServer } = require("../../testing/service-server.js");
const { idClaims, jwk, jwks, rsaPair, sign } = require("../../testing/tokens.js");

const { createAuth } = cognito;
const STALE = ["ExpiredTokenException", "ExpiredToken", "UnrecognizedClientException"];

let home;
let service;
let container;
let restore;
/** The access key that the service accepts, and the code for others. */
let valid;
let refusing;

beforeAll(async () => {
  service = await startServiceServer();
  container = await startContainer();
});
afterAll(async () => {
  await service.stop();
  await container.stop();
});
beforeEach(() => {
  home = fs.mkdtempSync(path.join(os.tmpdir(), "cognito-auth-native-renewal-"));
  service.clear();
  container.clear();
  valid = undefined;
  refusing = "ExpiredTokenException";
  for (const operation of ["AdminConfirmSignUp", "AdminInitiateAuth", "AdminGetUser"]) {
    service.always(operation, (record, _response, well) =>
      valid === undefined || signer(record) === valid ? well : failure(refusing, "refused"),
    );
  }
  use();
});
afterEach(() => {
  restore();
  fs.rmSync(home, { recursive: true, force: true });
});

/** The service's variables, and where files would be; no source of credentials. */
const variables = (env = {}) => ({
  AWS_REGION: "us-east-1",
  USER_POOL_ID: POOL,
  COGNITO_CLIENT_ID: CLIENT,
  AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER: service.endpoint,
  AWS_EC2_METADATA_DISABLED: "true",
  AWS_CONFIG_FILE: path.join(home, "config"),
  AWS_SHARED_CREDENTIALS_FILE: path.join(home, "credentials"),
  ...env,
});

function use(env) {
  restore?.();
  restore = useEnvironment(variables(env));
}

/** Writes a file below the home; its path. */
function write(name, contents) {
  const file = path.join(home, name);
  fs.writeFileSync(file, contents);
  return file;
}

const keys = (key) => `aws_access_key_id = ${key}\naws_secret_access_key = x\n`;
const writeKeys = (key) => write("credentials", `[default]\n${keys(key)}`);
const signer = ({ headers }) => /Credential=([^/]+)/.exec(headers.authorization)?.[1];
const signers = () => service.requests.map(signer);
const ask = (auth = cognito) => auth.fetchUserByUsername("theseus");

/** A server with credentials of a container, and STS: good for an hour, with the key that `key` says. */
async function startContainer() {
  const state = { asked: 0, key: "AKIDCONTAINER", wait: undefined };
  const server = http.createServer(async (request, response) => {
    request.resume();
    state.asked += 1;
    await state.wait;
    const until = new Date(Date.now() + 3_600_000).toISOString();
    if (request.method === "POST") {
      response.end(`<AssumeRoleWithWebIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
        <AssumeRoleWithWebIdentityResult><Credentials>
        <AccessKeyId>${state.key}</AccessKeyId><SecretAccessKey>x</SecretAccessKey>
        <SessionToken>t</SessionToken><Expiration>${until}</Expiration></Credentials>
        <AssumedRoleUser><AssumedRoleId>AROA:a</AssumedRoleId><Arn>arn:aws:iam::1:role/a</Arn></AssumedRoleUser>
        </AssumeRoleWithWebIdentityResult></AssumeRoleWithWebIdentityResponse>`);
      return;
    }
    response.setHeader("content-type", "application/json");
    const credentials = { AccessKeyId: state.key, SecretAccessKey: "x", Token: "t" };
    response.end(JSON.stringify({ ...credentials, Expiration: until }));
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${server.address().port}`;
  return Object.assign(state, {
    url,
    variable: { AWS_CONTAINER_CREDENTIALS_FULL_URI: `${url}/role` },
    clear: () => Object.assign(state, { asked: 0, key: "AKIDCONTAINER", wait: undefined }),
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  });
}

/** Of each source: its variables, and how its credentials are replaced. */
const SOURCES = {
  "a file of profiles": () => [{}, writeKeys],
  "the file of AWS_CONFIG_FILE": () => [{}, (key) => write("config", `[default]\n${keys(key)}`)],
  "a named profile": () => [
    { AWS_PROFILE: "games" },
    (key) => write("credentials", `[games]\n${keys(key)}`),
  ],
  "a credential process": () => {
    const file = path.join(home, "printed");
    const script = write(
      "process.js",
      `process.stdout.write(require("node:fs").readFileSync(${JSON.stringify(file)}))`,
    );
    write("config", `[default]\ncredential_process = "${process.execPath}" "${script}"\n`);
    const rest = { Version: 1, SecretAccessKey: "x" };
    return [{}, (AccessKeyId) => write("printed", JSON.stringify({ ...rest, AccessKeyId }))];
  },
  "a container": () => [
    container.variable,
    (key) => {
      container.key = key;
    },
  ],
  "a web identity": () => [
    {
      AWS_ROLE_ARN: "arn:aws:iam::1:role/a",
      AWS_WEB_IDENTITY_TOKEN_FILE: write("token", "token"),
      AWS_ENDPOINT_URL_STS: container.url,
    },
    (key) => {
      container.key = key;
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
      valid = key;
    };
    replace("AKIDONE");
  });

  test.each(STALE)("count after one refusal: %s", async (code) => {
    refusing = code;
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
    service.requests.length = 0;
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
      service.requests.length = 0;
      await call();
      expect(signers().filter(Boolean)).toHaveLength(2);
      expect(signers().at(-1)).toBe(`AKID-${index}`);
      expect(service.of("SignUp").length).toBeLessThanOrEqual(1);
    }
  });

  test("that are refused again: the call fails after two requests, and the next one recovers", async () => {
    const auth = createAuth();
    await ask(auth);
    replace("AKIDTWO");
    valid = "AKIDTHREE";
    service.requests.length = 0;
    expect((await refusal(ask(auth))).reason).toBe("aws-credentials");
    expect(signers()).toEqual(["AKIDONE", "AKIDTWO"]);
    replace("AKIDTHREE");
    await ask(auth);
  });

  test("by the same ones: the request is not repeated", async () => {
    const auth = createAuth();
    await ask(auth);
    valid = "AKIDNEVER";
    service.requests.length = 0;
    expect((await refusal(ask(auth))).reason).toBe("aws-credentials");
    expect(signers()).toEqual(["AKIDONE"]);
  });
});

describe("credentials that are refused", () => {
  test("of a file: the next request has the new ones, as the original's", async () => {
    use({ AWS_SDK_LOAD_CONFIG: "1", AWS_SDK_JS_SUPPRESS_MAINTENANCE_MODE_MESSAGE: "1" });
    write("config", "");
    valid = "AKIDONE";
    writeKeys("AKIDONE");
    const rotate = () => {
      valid = "AKIDTWO";
      writeKeys("AKIDTWO");
    };
    await callTwiceWithV2({ endpoint: service.endpoint, poolId: POOL, between: rotate });
    const original = signers();
    service.requests.length = 0;
    valid = "AKIDONE";
    writeKeys("AKIDONE");
    const auth = createAuth();
    await ask(auth);
    rotate();
    await ask(auth);
    expect(signers()).toEqual(["AKIDONE", "AKIDONE", "AKIDTWO"]);
    expect(signers()).toEqual(original);
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
    valid = "AKIDFILE";
    expect((await refusal(ask(createAuth(options)))).reason).toBe("aws-credentials");
    expect(service.requests).toHaveLength(1);
  });

  test("for lack of a permission are not asked for again", async () => {
    use(container.variable);
    refusing = "AccessDeniedException";
    valid = "AKIDOTHER";
    await refusal(ask(createAuth()));
    expect(service.requests).toHaveLength(1);
    expect(container.asked).toBe(1);
  });

  test("while their source is silent: the call fails with what the service said", async () => {
    use(container.variable);
    valid = "AKIDCONTAINER";
    const auth = createAuth({ timeoutMs: 5_000 });
    await ask(auth);
    valid = "AKIDTWO";
    await container.stop();
    try {
      expect((await refusal(ask(auth))).reason).toBe("aws-credentials");
    } finally {
      container = await startContainer();
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
    use(container.variable);
    await Promise.all(crowd().map(login));
    expect(new Set(signers())).toEqual(new Set(["AKIDCONTAINER"]));
    expect(service.requests).toHaveLength(100);
    expect(container.asked).toBe(1);
  });

  test("by a hundred Auths one after another", async () => {
    use(container.variable);
    for (const auth of crowd()) await login(auth);
    expect(container.asked).toBe(1);
  });

  test("more, when all of them are refused at once", async () => {
    use(container.variable);
    const auths = crowd();
    await Promise.all(auths.map(login));
    container.key = valid = "AKIDTWO";
    service.requests.length = 0;
    await Promise.all(auths.map(login));
    expect(container.asked).toBe(2);
    expect(service.requests.length).toBeLessThanOrEqual(200);
    expect(signers().filter((key) => key === "AKIDTWO")).toHaveLength(100);
  });

  test("more, when calls of one Auth are refused at once", async () => {
    use(container.variable);
    const auth = createAuth();
    await login(auth);
    container.key = valid = "AKIDTWO";
    await Promise.all(Array.from({ length: 50 }, () => login(auth)));
    expect(container.asked).toBe(2);
  });

  test("by calls that time out while it is silent", async () => {
    use(container.variable);
    let answer;
    container.wait = new Promise((resolve) => {
      answer = resolve;
    });
    const hasty = createAuth({ timeoutMs: 150 });
    for (let i = 0; i < 3; i++) {
      expect((await refusal(login(hasty))).reason).toMatch(/^(aws-credentials|timeout)$/);
    }
    expect(container.asked).toBe(1);
    answer();
    await login(createAuth());
  });

  test("but other sources are others: two profiles, two containers", async () => {
    write("credentials", `[default]\n${keys("AKIDONE")}[games]\n${keys("AKIDTWO")}`);
    await ask(createAuth());
    process.env.AWS_PROFILE = "games";
    await ask(createAuth());
    delete process.env.AWS_PROFILE;
    process.env.AWS_SHARED_CREDENTIALS_FILE = path.join(home, "nowhere");
    Object.assign(process.env, container.variable);
    await ask(createAuth());
    process.env.AWS_CONTAINER_CREDENTIALS_FULL_URI += "/other";
    await ask(createAuth());
    expect(signers()).toEqual(["AKIDONE", "AKIDTWO", "AKIDCONTAINER", "AKIDCONTAINER"]);
    expect(container.asked).toBe(2);
  });
});

describe("files that are corrected while the process runs count from the next call on", () => {
  const fails = async (auth) => expect((await refusal(ask(auth))).reason).toBe("aws-credentials");

  const CORRECTIONS = {
    "one that appears": [() => {}, () => writeKeys("AKIDLATE")],
    "a bad line": [
      () => write("credentials", "[default]\nwhat is this\n"),
      () => writeKeys("AKIDLATE"),
    ],
    "a profile without its secret": [
      () => write("credentials", "[default]\naws_access_key_id = AKIDLATE\n"),
      () => writeKeys("AKIDLATE"),
    ],
    "a code of a device": [
      () => {
        const role = "role_arn = arn:aws:iam::1:role/a\nsource_profile = base\nmfa_serial = a\n";
        write("config", `[default]\n${role}[profile base]\n${keys("AKIDBASE")}`);
      },
      () => write("config", `[default]\n${keys("AKIDLATE")}`),
    ],
    "a folder in its place": [
      () => fs.mkdirSync(path.join(home, "credentials")),
      () => {
        fs.rmdirSync(path.join(home, "credentials"));
        writeKeys("AKIDLATE");
      },
    ],
  };

  test.each(Object.keys(CORRECTIONS))("%s", async (name) => {
    const [prepare, correct] = CORRECTIONS[name];
    prepare();
    const auth = createAuth();
    for (const asked of [auth, cognito, auth]) await fails(asked);
    correct();
    for (const asked of [auth, cognito, createAuth()]) await ask(asked);
    expect(signers()).toEqual(["AKIDLATE", "AKIDLATE", "AKIDLATE"]);
  });

  test("an endpoint that comes with the credentials", async () => {
    use({ AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER: undefined, HTTPS_PROXY: container.url });
    delete process.env.AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER;
    const auth = createAuth({ maxAttempts: 1 });
    await fails(auth);
    write("config", `[default]\nendpoint_url = ${service.endpoint}\n${keys("AKIDLATE")}`);
    await ask(auth);
    expect(signers()).toEqual(["AKIDLATE"]);
  });
});

describe("a file of profiles that cannot be read as one", () => {
  const BROKEN = {
    "a line that is none": ["credentials", "[default]\nwhat is this\n", 2],
    "a line of a profile that is not selected": ["config", "[profile a]\nx = 1\n[b\n", 3],
    "a property before any profile": ["credentials", "aws_access_key_id = AKID\n", 1],
  };
  const names = Object.keys(BROKEN);

  test.each(names)("%s: file and line are named", async (name) => {
    const [file, contents, line] = BROKEN[name];
    const written = write(file, contents);
    const error = await refusal(ask(createAuth()));
    expect(error).toMatchObject({ name: "CredentialsError", reason: "aws-credentials" });
    expect(error.cause.message).toContain(written);
    expect(error.cause.message).toMatch(new RegExp(`line ${line}\\b`));
  });

  test.each(names)("%s: the next source is asked if no profile is named", async (name) => {
    const [file, contents] = BROKEN[name];
    write(file, contents);
    use(container.variable);
    await ask(createAuth());
    expect(signers()).toEqual(["AKIDCONTAINER"]);
  });

  test.each(names)("%s: no other source is asked for AWS_PROFILE", async (name) => {
    const [file, contents] = BROKEN[name];
    const written = write(file, contents);
    use({ ...container.variable, AWS_PROFILE: "games" });
    const error = await refusal(ask(createAuth()));
    expect(error.reason).toBe("aws-credentials");
    expect(error.cause.message).toContain(written);
    expect(container.asked).toBe(0);
    expect(service.requests).toEqual([]);
  });

  test.each(names)("%s: does not matter beside static credentials", async (name) => {
    const [file, contents] = BROKEN[name];
    write(file, contents);
    use({ AWS_ACCESS_KEY_ID: "AKIDENV", AWS_SECRET_ACCESS_KEY: "x" });
    await ask(createAuth());
    expect(signers()).toEqual(["AKIDENV"]);
  });

  test("what is wrong shows no secret", async () => {
    write("credentials", "[default]\naws_secret_access_key = S3CRET\nS3CRET\n[S3CRET\n");
    const error = await refusal(ask(createAuth()));
    expect(error.stack + JSON.stringify(error) + error.cause.message).not.toContain("S3CRET");
  });
});

describe("a profile that asks for a code of a device (mfa_serial)", () => {
  const ROLE = "role_arn = arn:aws:iam::1:role/a\n";
  const PROFILES = {
    "the default one": ["default", (mfa) => `[default]\n${ROLE}source_profile = base\n${mfa}`],
    "the one of AWS_PROFILE": [
      "games",
      (mfa) => `[profile games]\n${ROLE}source_profile = base\n${mfa}`,
      { AWS_PROFILE: "games" },
    ],
    "the source of the selected one": [
      "middle",
      (mfa) =>
        `[default]\n${ROLE}source_profile = middle\n[profile middle]\n${ROLE}source_profile = base\n${mfa}`,
    ],
  };

  test.each(Object.keys(PROFILES))("%s: is reported at once, with what to do", async (name) => {
    const [profile, config, env] = PROFILES[name];
    use({ ...container.variable, ...env, AWS_ENDPOINT_URL_STS: container.url });
    write(
      "config",
      `${config("mfa_serial = arn:aws:iam::1:mfa/a\n")}[profile base]\n${keys("AKIDBASE")}`,
    );
    const error = await refusal(ask(createAuth()));
    expect(error).toMatchObject({ name: "CredentialsError", reason: "aws-credentials" });
    expect(error.cause.message).toMatch(new RegExp(`profile ${profile}: .*mfa_serial`));
    expect(error.hint).toContain(`aws configure export-credentials --profile ${profile}`);
    expect(container.asked).toBe(0);
    expect(service.requests).toEqual([]);
  });

  test("does not matter beside static credentials, nor without a role", async () => {
    write("config", `[default]\nmfa_serial = arn:aws:iam::1:mfa/a\n${keys("AKIDPLAIN")}`);
    await ask(createAuth());
    write("config", `[default]\nmfa_serial = a\n${ROLE}source_profile = default\n`);
    use({ AWS_ACCESS_KEY_ID: "AKIDENV", AWS_SECRET_ACCESS_KEY: "x" });
    await ask(createAuth());
    expect(signers()).toEqual(["AKIDPLAIN", "AKIDENV"]);
  });
});

describe("process.env that changes between two calls of one Auth", () => {
  const ENV = (key) => ({ AWS_ACCESS_KEY_ID: key, AWS_SECRET_ACCESS_KEY: "x" });

  test("set after createAuth(), as dotenv does after an import", async () => {
    restore();
    restore = useEnvironment();
    const auth = createAuth();
    service.serveKeys(POOL, jwks(jwk(rsaPair())));
    const claims = idClaims({ aud: CLIENT });
    const token = sign({ payload: claims });
    expect((await refusal(auth.verifyToken(token))).reason).toBe("config");
    expect((await refusal(auth.login("theseus", "p"))).reason).toBe("config");
    Object.assign(process.env, variables(ENV("AKIDLATE")));
    expect(await auth.verifyToken(token)).toEqual(claims);
    expect(await auth.login("theseus", "p")).toBe("header.payload.sig");
    expect(service.of("AdminInitiateAuth").map(signer)).toEqual(["AKIDLATE"]);
  });

  test("rotated keys, and a session token that comes and goes", async () => {
    use(ENV("AKIDONE"));
    const auth = createAuth();
    await ask(auth);
    process.env.AWS_ACCESS_KEY_ID = "AKIDTWO";
    process.env.AWS_SESSION_TOKEN = "token";
    await ask(auth);
    delete process.env.AWS_SESSION_TOKEN;
    await ask(auth);
    const tokens = service.requests.map(({ headers }) => headers["x-amz-security-token"]);
    expect(signers()).toEqual(["AKIDONE", "AKIDTWO", "AKIDTWO"]);
    expect(tokens).toEqual([undefined, "token", undefined]);
  });

  test("keys that are deleted give way to the sources, and back", async () => {
    use({ ...container.variable, ...ENV("AKIDENV") });
    const auth = createAuth();
    await ask(auth);
    delete process.env.AWS_SECRET_ACCESS_KEY;
    await ask(auth);
    process.env.AWS_SECRET_ACCESS_KEY = "x";
    await ask(auth);
    expect(signers()).toEqual(["AKIDENV", "AKIDCONTAINER", "AKIDENV"]);
  });

  test("a profile, a container, a pool and a client", async () => {
    write("credentials", `[default]\n${keys("AKIDONE")}[games]\n${keys("AKIDTWO")}`);
    const auth = createAuth();
    await ask(auth);
    process.env.AWS_PROFILE = "games";
    await ask(auth);
    delete process.env.AWS_PROFILE;
    process.env.AWS_SHARED_CREDENTIALS_FILE = path.join(home, "nowhere");
    Object.assign(process.env, container.variable);
    process.env.USER_POOL_ID = "us-east-1_Other";
    process.env.COGNITO_CLIENT_ID = "otherclient";
    await auth.login("theseus", "p");
    expect(signers()).toEqual(["AKIDONE", "AKIDTWO", "AKIDCONTAINER"]);
    expect(service.requests.map(({ body }) => body.UserPoolId)).toEqual([
      POOL,
      POOL,
      "us-east-1_Other",
    ]);
    expect(service.requests.at(-1).body.ClientId).toBe("otherclient");
  });

  test("does not replace options", async () => {
    use(ENV("AKIDENV"));
    const auth = createAuth({
      userPoolId: "us-east-1_Option",
      credentials: { accessKeyId: "AKIDOPTION", secretAccessKey: "x" },
      endpoint: service.endpoint,
    });
    await ask(auth);
    Object.assign(process.env, ENV("AKIDTWO"), {
      USER_POOL_ID: "us-east-1_Other",
      AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER: container.url,
      AWS_PROFILE: "nowhere",
    });
    await ask(auth);
    expect(signers()).toEqual(["AKIDOPTION", "AKIDOPTION"]);
    expect(service.requests.map(({ body }) => body.UserPoolId)).toEqual([
      "us-east-1_Option",
      "us-east-1_Option",
    ]);
  });

  test("that becomes malformed fails the call, and no later one", async () => {
    use(ENV("AKIDONE"));
    const auth = createAuth();
    await ask(auth);
    process.env.AWS_SECRET_ACCESS_KEY = "S3CRET\n";
    const error = await refusal(ask(auth));
    expect(error.reason).toBe("config");
    expect(error.message).toContain("AWS_SECRET_ACCESS_KEY");
    Object.assign(process.env, ENV("AKIDTWO"));
    await ask(auth);
    expect(signers()).toEqual(["AKIDONE", "AKIDTWO"]);
  });

  test("calls at once have the environment of their start", async () => {
    use(ENV("AKIDONE"));
    const auth = createAuth();
    const calls = [];
    for (const key of ["AKIDONE", "AKIDTWO", "AKIDTHREE", "AKIDONE"]) {
      process.env.AWS_ACCESS_KEY_ID = key;
      calls.push(ask(auth));
    }
    await Promise.all(calls);
    expect(signers().sort()).toEqual(["AKIDONE", "AKIDONE", "AKIDTHREE", "AKIDTWO"]);
  });
});

if (process.platform !== "win32") {
  describe("on Unix", onUnix);
} else {
  test("named pipes and limits of open files are tried on Unix only", () => {
    expect(process.platform).toBe("win32");
  });
}

function onUnix() {
  /** Runs `body` in a process of its own: threads that wait for a pipe end with it. */
  const play = (body, env) =>
    evaluate(
      `const { createAuth, login } = require("./index.js");
      const fs = require("node:fs");
      const KEYS = { accessKeyId: "AKIDOPTION", secretAccessKey: "x" };
      const told = (call) => call.then(() => "ok", ({ reason }) => reason);
      const use = (env) => Object.assign(process.env, env);
      (async () => { ${body} })().then((outcome) => {
        process.stdout.write(JSON.stringify(outcome) + "\\n", () => process.exit());
      });`,
      { env: variables(env) },
    );

  const pipe = () => {
    const file = path.join(home, "pipe");
    execFileSync("mkfifo", [file]);
    return file;
  };

  const SILENT = {
    "file of profiles": () => ({ AWS_SHARED_CREDENTIALS_FILE: pipe() }),
    "file of settings": () => ({ AWS_CONFIG_FILE: pipe() }),
    "web identity's token": () => ({
      AWS_ROLE_ARN: "arn:aws:iam::1:role/a",
      AWS_WEB_IDENTITY_TOKEN_FILE: pipe(),
      AWS_ENDPOINT_URL_STS: container.url,
    }),
    "container's token": () => ({
      ...container.variable,
      AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: pipe(),
    }),
  };

  test.each(Object.keys(SILENT))(
    "a %s that never answers: calls time out, others go on",
    async (name) => {
      const silent = SILENT[name]();
      const outcome = await play(
        `const undisturbed = createAuth({ credentials: KEYS });
        await undisturbed.login("u", "p");
        const before = { ...process.env };
        use(${JSON.stringify(silent)});
        const silent = createAuth({ timeoutMs: 400 });
        const crowd = Array.from({ length: 12 }, () => createAuth({ timeoutMs: 400 }));
        const waiting = [silent, silent, ...crowd].map((auth) => told(auth.login("u", "p")));
        const aborted = told(silent.login("u", "p", { signal: AbortSignal.timeout(50) }));
        const late = [...await Promise.all(waiting), await told(silent.login("u", "p"))];
        const outcome = { late: [...new Set(late)].sort(), aborted: await aborted };
        for (const name of Object.keys(${JSON.stringify(silent)})) delete process.env[name];
        use(before);
        outcome.others = [];
        outcome.others.push(await told(undisturbed.login("u", "p")));
        outcome.others.push(await told(createAuth({ credentials: KEYS }).login("u", "p")));
        use(${JSON.stringify(container.variable)});
        outcome.others.push(await told(login("u", "p")), await told(createAuth().login("u", "p")));
        return outcome;`,
        {},
      );
      for (const reason of outcome.late) expect(["aws-credentials", "timeout"]).toContain(reason);
      expect(outcome.aborted).toBe("aborted");
      expect(outcome.others).toEqual(["ok", "ok", "ok", "ok"]);
    },
  );

  test("a file of profiles that answers at last is used", async () => {
    const file = pipe();
    const writing = `for (;;) {
      fs.writeFileSync(${JSON.stringify(file)}, ${JSON.stringify(`[default]\n${keys("AKIDPIPE")}`)});
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20);
    }`;
    const outcome = await play(
      `const auth = createAuth({ timeoutMs: 300 });
      const silent = await told(auth.login("u", "p"));
      const { spawn } = require("node:child_process");
      const writer = spawn(process.execPath, ["-e", ${JSON.stringify(writing)}]);
      const answered = await told(createAuth().login("u", "p"));
      writer.kill("SIGKILL");
      return [silent, answered];`,
      { AWS_SHARED_CREDENTIALS_FILE: file },
    );
    expect(outcome).toEqual(["timeout", "ok"]);
    expect(signers()).toEqual(["AKIDPIPE"]);
  });

  test("no open file is left: the error is typed, and the same Auth works afterwards", async () => {
    writeKeys("AKIDFILE");
    const outcome = await play(
      `await createAuth({ credentials: KEYS }).login("u", "p");
      const auth = createAuth();
      const open = [];
      try {
        for (;;) open.push(fs.openSync("/dev/null"));
      } catch {}
      const during = [await told(auth.login("u", "p")), await told(login("u", "p"))];
      for (const file of open) fs.closeSync(file);
      return { during, after: [await told(auth.login("u", "p")), await told(login("u", "p"))] };`,
      {},
    );
    for (const reason of outcome.during) expect(["aws-credentials", "resources"]).toContain(reason);
    expect(outcome.after).toEqual(["ok", "ok"]);
  });
}
