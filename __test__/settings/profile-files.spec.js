"use strict";

// The AWS SDKs' two settings files, as they may be: broken, of another encoding, endless, or with profiles that lead nowhere.
// No other identity may sign in the place of one that somebody has named. Which credentials were taken shows in the signature
// of the request.

const { execFileSync } = require("node:child_process");
const fs = require("node:fs");
const http = require("node:http");
const os = require("node:os");
const path = require("node:path");
const { createAuth } = require("../../index.js");
const { evaluate } = require("../support/child.js");
const { useEnvironment } = require("../support/environment.js");
const { callTwiceWithV2 } = require("../support/sdk-clients.js");
const { refusal } = require("../../tools/outcomes.js");
const { CLIENT, POOL, startServiceServer } = require("../../tools/testing/service-server.js");

const ON_UNIX = process.platform !== "win32";
const ROLE = "role_arn = arn:aws:iam::1:role/a\n";
const MIB = 1024 * 1024;

let home;
let service;
let container;
let restore;

beforeAll(async () => {
  service = await startServiceServer();
  container = await startContainer();
});
afterAll(async () => {
  await service.stop();
  await container.stop();
});
beforeEach(() => {
  home = fs.mkdtempSync(path.join(os.tmpdir(), "cognito-auth-native-files-"));
  fs.mkdirSync(path.join(home, ".aws"));
  service.clear();
  container.asked = 0;
  use();
});
afterEach(() => {
  restore();
  fs.rmSync(home, { recursive: true, force: true });
});

/** Sets the variables of a user at home, whose code runs in a container with credentials. */
function use(env = {}) {
  restore?.();
  restore = useEnvironment({
    AWS_REGION: "us-east-1",
    USER_POOL_ID: POOL,
    COGNITO_CLIENT_ID: CLIENT,
    AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER: service.endpoint,
    AWS_EC2_METADATA_DISABLED: "true",
    HOME: home,
    USERPROFILE: home,
    ...container.variable,
    ...env,
  });
}

async function startContainer() {
  const server = http.createServer((request, response) => {
    request.resume();
    state.asked += 1;
    const until = new Date(Date.now() + 3_600_000).toISOString();
    const keys = { AccessKeyId: "AKIDCONTAINER", SecretAccessKey: "x", Token: "t" };
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify({ ...keys, Expiration: until }));
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${server.address().port}/role`;
  const state = {
    asked: 0,
    variable: { AWS_CONTAINER_CREDENTIALS_FULL_URI: url },
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return state;
}

const fileOf = (name) => path.join(home, ".aws", name);

/** Puts something in the place of a settings file; its path. */
function put(name, contents) {
  const file = fileOf(name);
  if (typeof contents === "function") contents(file);
  else fs.writeFileSync(file, contents);
  return file;
}

const latin1 = (text) => Buffer.from(text, "latin1");
const keys = (key) => `aws_access_key_id = ${key}\naws_secret_access_key = S3CRET\n`;
const STATIC = { AWS_ACCESS_KEY_ID: "AKIDENV", AWS_SECRET_ACCESS_KEY: "x" };
const VARIABLE = { config: "AWS_CONFIG_FILE", credentials: "AWS_SHARED_CREDENTIALS_FILE" };
const REASON = { config: "config", credentials: "aws-credentials" };
const signer = ({ headers }) => /Credential=([^/]+)/.exec(headers.authorization)?.[1];
const signers = () => service.requests.map(signer);
const ask = (auth = createAuth()) => auth.fetchUserByUsername("theseus");

function expectNothingWasAsked() {
  expect(container.asked).toBe(0);
  expect(service.requests).toEqual([]);
}

/** Of each: what stands in the place of the file, and what is said about it. */
const BROKEN = {
  "a line that is none": [`[default]\nwhat is this\n${keys("AKIDFILE")}`, /line 2\b/],
  "a line of another profile": ["[default]\nx = 1\n[b\n", /line 3\b/],
  "a property before any profile": [keys("AKIDFILE"), /line 1\b/],
  "Latin-1": [
    Buffer.concat([latin1("# a\n# caf\xe9\n[default]\n"), latin1(keys("AKIDFILE"))]),
    /line 2\b.*UTF-8/,
  ],
  "UTF-16": [Buffer.from(`\ufeff[default]\n${keys("AKIDFILE")}`, "utf16le"), /line 1\b.*UTF-8/],
  "a folder": [(file) => fs.mkdirSync(file), /directory/],
  "more than a mebibyte": [`[default]\n${keys("AKIDFILE")}${"#\n".repeat(MIB / 2)}`, /1048576/],
  ...(ON_UNIX && {
    "a named pipe": [(file) => execFileSync("mkfifo", [file]), /regular file/],
    "an endless device": [(file) => fs.symlinkSync("/dev/zero", file), /regular file/],
    "a link to itself": [(file) => fs.symlinkSync(file, file), /symbolic link/],
  }),
};
const rows = Object.keys(BROKEN).flatMap((what) => [
  [what, "config"],
  [what, "credentials"],
]);

describe.each(rows)("%s in the place of the file of %s", (what, name) => {
  const [contents, complaint] = BROKEN[what];
  const tells = (error, file) => {
    expect(error.cause.message).toContain(file);
    expect(error.cause.message).toMatch(complaint);
    expect(error.stack + JSON.stringify(error) + error.cause.message).not.toContain("S3CRET");
  };

  test("that nobody has named: the next source is asked", async () => {
    put(name, contents);
    await ask();
    expect(signers()).toEqual(["AKIDCONTAINER"]);
  });

  test("that nobody has named: it is reported if there is no other source", async () => {
    const file = put(name, contents);
    use({ AWS_CONTAINER_CREDENTIALS_FULL_URI: "" });
    const error = await refusal(ask());
    expect(error).toMatchObject({ name: "CredentialsError", reason: "aws-credentials" });
    tells(error, file);
  });

  test("that nobody has named: static credentials sign, and the other file's settings count", async () => {
    put(name, contents);
    if (name === "credentials") put("config", `[default]\nendpoint_url = ${service.endpoint}\n`);
    const moved = name === "credentials" && { AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER: "" };
    use({ ...STATIC, ...moved });
    await ask();
    expect(signers()).toEqual(["AKIDENV"]);
  });

  test("of a profile that is named: no other source is asked", async () => {
    const file = put(name, contents);
    use({ AWS_PROFILE: "default" });
    const error = await refusal(ask());
    expect(error.reason).toBe(REASON[name]);
    tells(error, file);
    expectNothingWasAsked();
  });

  test("that a variable names: no other source is asked", async () => {
    const file = put(name, contents);
    use({ [VARIABLE[name]]: file });
    const error = await refusal(ask());
    expect(error.reason).toBe(REASON[name]);
    tells(error, file);
    expectNothingWasAsked();
  });

  test("that is named, beside static credentials: settings are not left out", async () => {
    const file = put(name, contents);
    use({ ...STATIC, [VARIABLE[name]]: file });
    if (name === "credentials") {
      await ask();
      expect(signers()).toEqual(["AKIDENV"]);
      return;
    }
    const error = await refusal(ask());
    expect(error).toMatchObject({ name: "ConfigError", reason: "config" });
    tells(error, file);
    expectNothingWasAsked();
  });

  test("counts from the next call on when it is corrected", async () => {
    const file = put(name, contents);
    use({ [VARIABLE[name]]: file });
    const auth = createAuth();
    await refusal(ask(auth));
    fs.rmSync(file, { recursive: true });
    put(name, `[default]\n${keys("AKIDLATE")}`);
    await ask(auth);
    expect(signers()).toEqual(["AKIDLATE"]);
  });
});

describe("a file that does not exist is no error", () => {
  const absent = [
    ["a path where nothing is", () => path.join(home, "nowhere")],
    ["a path below a file", () => path.join(put("other", ""), "config")],
    ...(ON_UNIX ? [["the null device", () => "/dev/null"]] : []),
  ];

  test.each(absent)("%s", async (_title, name) => {
    use({ AWS_CONFIG_FILE: name(), AWS_SHARED_CREDENTIALS_FILE: name() });
    await ask();
    expect(signers()).toEqual(["AKIDCONTAINER"]);
  });

  test("unless a profile was named that exists nowhere", async () => {
    use({ AWS_PROFILE: "games" });
    const error = await refusal(ask());
    expect(error.reason).toBe("aws-credentials");
    expect(error.cause.message).toContain("profile games: it was not defined in ");
    for (const name of ["config", "credentials"]) {
      expect(error.cause.message).toContain(fileOf(name));
    }
    expectNothingWasAsked();
  });
});

describe("a profile from which no credentials can come ends the search", () => {
  const PROFILES = {
    "one that is its own source": [(name) => `${ROLE}source_profile = ${name}\n`, /itself/],
    "one of a loop": [
      (name) => `${ROLE}source_profile = b\n[profile b]\n${ROLE}source_profile = ${name}\n`,
      /infinite loop/,
    ],
    "one of a chain of thousands": [
      () => {
        const links = Array.from(
          { length: 5_000 },
          (_, at) => `[profile p${at}]\n${ROLE}source_profile = p${at + 1}\n`,
        );
        return `${ROLE}source_profile = p0\n${links.join("")}`;
      },
      /more than 32 profiles/,
    ],
    "one whose source does not exist": [() => `${ROLE}source_profile = zz\n`, /zz.*not defined/],
    "one with a source that has nothing": [
      () => `${ROLE}source_profile = b\n[profile b]\nregion = us-east-1\n`,
      /`b`.*credential/,
    ],
    "a role without a source": [() => ROLE, /source_profile/],
    "half a pair of keys": [() => "aws_access_key_id = AKIDHALF\n", /aws_secret_access_key/],
    "the other half": [() => "aws_secret_access_key = S3CRET\n", /aws_access_key_id/],
    "an unknown source": [() => `${ROLE}credential_source = Nowhere\n`, /Nowhere/],
  };
  const rows = Object.keys(PROFILES).flatMap((what) => [
    [what, "default", "[default]", {}],
    [what, "games", "[profile games]", { AWS_PROFILE: "games" }],
  ]);

  test.each(rows)("%s: %s", async (what, name, heading, env) => {
    const [properties, complaint] = PROFILES[what];
    const file = put("config", `${heading}\n${properties(name)}`);
    use(env);
    const error = await refusal(ask());
    expect(error).toMatchObject({ name: "CredentialsError", reason: "aws-credentials" });
    expect(error.cause.message).toMatch(new RegExp(`profile ${name}: `));
    expect(error.cause.message).toContain(file);
    expect(error.cause.message).toMatch(complaint);
    expect(error.stack + error.cause.message).not.toContain("S3CRET");
    expectNothingWasAsked();
  });

  test.each([
    ["a default one that nobody has named", "[profile b]\naws_access_key_id = AKIDHALF\n", {}],
    ["the default one with other settings", "[default]\nregion = us-east-1\n", {}],
    ["a named one with other settings", "[profile a]\nmax_attempts = 2\n", { AWS_PROFILE: "a" }],
  ])("but not one that says nothing of credentials: %s", async (_title, config, env) => {
    put("config", config);
    use(env);
    await ask();
    expect(signers()).toEqual(["AKIDCONTAINER"]);
  });
});

describe("what the original reads, and its parser of its own", () => {
  const pair = "aws_access_key_id = AKIDFILE\naws_secret_access_key = x\n";
  const FILES = {
    "a byte order mark": `\ufeff[default]\n${pair}`,
    "a byte order mark and CRLF": `\ufeff[default]\r\n${pair.replaceAll("\n", "\r\n")}`,
    "blanks before a property": `[default]\n  aws_access_key_id = AKIDFILE\n\taws_secret_access_key = x\n`,
    "blanks before a later property": `[default]\naws_access_key_id = AKIDFILE\n  aws_secret_access_key = x\n`,
    "blanks before everything": `  [default]\n  # comment\n  aws_access_key_id = AKIDFILE\n  aws_secret_access_key = x\n`,
    "blanks before a comment": `[default]\n${pair}   # comment\n   ; another\n`,
    "no-break spaces": `\u00a0[default]\n\u00a0aws_access_key_id = AKIDFILE\n\u00a0aws_secret_access_key = x\n`,
  };

  test.each(Object.keys(FILES))("%s", async (what) => {
    const file = put("credentials", FILES[what]);
    use({
      AWS_CONTAINER_CREDENTIALS_FULL_URI: "",
      AWS_SHARED_CREDENTIALS_FILE: file,
      AWS_SDK_JS_SUPPRESS_MAINTENANCE_MODE_MESSAGE: "1",
    });
    await callTwiceWithV2({ endpoint: service.endpoint, poolId: POOL, between: () => {} });
    await ask();
    expect(signers()).toEqual(["AKIDFILE", "AKIDFILE", "AKIDFILE"]);
  });

  test("a line that is none: the original ignores it, and ours reports it", async () => {
    const file = put("credentials", `[default]\nwhat is this\n${pair}`);
    use({ AWS_SHARED_CREDENTIALS_FILE: file, AWS_SDK_JS_SUPPRESS_MAINTENANCE_MODE_MESSAGE: "1" });
    await callTwiceWithV2({ endpoint: service.endpoint, poolId: POOL, between: () => {} });
    expect(signers()).toEqual(["AKIDFILE", "AKIDFILE"]);
    expect((await refusal(ask())).reason).toBe("aws-credentials");
  });

  test("sub-properties keep their blanks", async () => {
    put(
      "config",
      `[default]\nservices = local\n[services local]\ncognito_identity_provider =\n  endpoint_url = ${service.endpoint}\n`,
    );
    use({ ...STATIC, AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER: "" });
    await ask();
    expect(signers()).toEqual(["AKIDENV"]);
  });
});

describe("AWS_MAX_ATTEMPTS", () => {
  test.each(["99999999999", "99999999999999999999"])("%s counts as 10", async (attempts) => {
    use({ ...STATIC, AWS_MAX_ATTEMPTS: attempts });
    await ask();
    put("config", `[default]\nmax_attempts = ${attempts}\n`);
    use(STATIC);
    await ask();
    expect(signers()).toEqual(["AKIDENV", "AKIDENV"]);
  });
});

describe("credentials of one source are shared, whatever else the environment says", () => {
  const crowd = Array.from({ length: 20 }, (_, at) => at);

  test("by Auths of invocations with trace IDs of their own", async () => {
    const auths = [];
    for (const at of crowd) {
      process.env._X_AMZN_TRACE_ID = `Root=${at}`;
      process.env.SOMETHING_ELSE = `${at}`;
      auths.push(createAuth({ userPoolId: `us-east-1_Pool${at}` }));
      await ask(auths.at(-1));
    }
    // Sources last as long as the Auths that use them.
    expect(auths).toHaveLength(crowd.length);
    expect(signers()).toEqual(crowd.map(() => "AKIDCONTAINER"));
    expect(container.asked).toBe(1);
  });
});

if (ON_UNIX) describe("a credential process", onUnix);

function onUnix() {
  const answer = (key) => JSON.stringify({ Version: 1, AccessKeyId: key, SecretAccessKey: "x" });
  /** Makes a script the process of the default profile; the path of the file that counts its starts. */
  const profile = (script) => {
    const count = path.join(home, "count");
    const file = path.join(home, "process.js");
    const preface = `const fs = require("node:fs"); fs.appendFileSync(${JSON.stringify(count)}, process.pid + "\\n");`;
    fs.writeFileSync(file, `${preface}${script}`);
    // At a terminal, only the shell itself would be stopped.
    put("config", `[default]\ncredential_process = exec "${process.execPath}" "${file}"\n`);
    return count;
  };
  const started = (count) => fs.readFileSync(count, "utf8").split("\n").filter(Boolean).map(Number);
  const isRunning = (pid) => {
    try {
      return process.kill(pid, 0);
    } catch {
      return false;
    }
  };
  /** Waits until none of them runs; the test's time-out is the limit. */
  const ended = async (pids) => {
    while (pids.some(isRunning)) await new Promise((resolve) => setTimeout(resolve, 20));
  };
  const hasty = () => createAuth({ timeoutMs: 1_000 });

  test("that prints without end is stopped", async () => {
    const count = profile(
      `process.stdout.on("error", () => process.exit());
      const more = () => process.stdout.write("S3CRET ".repeat(4096), more); more();`,
    );
    const error = await refusal(ask());
    expect(error.reason).toBe("aws-credentials");
    expect(error.cause.message).toContain("printed more than 65536 bytes");
    expect(error.stack + error.cause.message).not.toContain("S3CRET");
    await ended(started(count));
  });

  test("that is a shell's child is stopped with it, but for a terminal's", async () => {
    const count = profile("setInterval(() => {}, 1_000);");
    const config = fs.readFileSync(fileOf("config"), "utf8");
    put("config", config.replace("exec ", "true; ").replace("\n$", "; true\n"));
    const outcome = await evaluate(
      `require("./index.js").createAuth({ timeoutMs: 1000 }).fetchUserByUsername("theseus")
        .catch(({ reason }) => process.stdout.write(JSON.stringify(reason) + "\\n", () => setTimeout(() => {}, 500)));`,
      { env: process.env },
    );
    expect(outcome).toBe("aws-credentials");
    await ended(started(count));
  });

  test("that complains without end is stopped", async () => {
    const count = profile(
      `process.stderr.on("error", () => process.exit());
      const more = () => process.stderr.write("S3CRET ".repeat(4096), more); more();`,
    );
    const error = await refusal(ask());
    expect(error.cause.message).toContain("printed more than 65536 bytes");
    await ended(started(count));
  });

  test("that does not end in time is stopped", async () => {
    const count = profile("setInterval(() => {}, 1_000);");
    const error = await refusal(ask(hasty()));
    expect(error.cause.message).toContain("gave none within 800 ms");
    await ended(started(count));
  });

  test("that ends while something it started keeps its output open", async () => {
    profile(
      `require("node:child_process").spawn("sleep", ["3"], { stdio: "inherit", detached: true }).unref();
      console.log('${answer("AKIDPROCESS")}');`,
    );
    const error = await refusal(ask(hasty()));
    expect(error.cause.message).toContain("gave none within 800 ms");
  });

  test("that hangs in one environment after the other holds up nothing else", async () => {
    const count = profile("setInterval(() => {}, 1_000);");
    const crowd = Array.from({ length: 8 }, (_, at) => {
      process.env.TENANT = `${at}`;
      return refusal(ask(hasty()));
    });
    use({ ...STATIC, HOME: path.join(home, "elsewhere") });
    await ask();
    for (const { reason } of await Promise.all(crowd)) expect(reason).toBe("aws-credentials");
    await ended(started(count));
    use();
    profile(`console.log('${answer("AKIDLATE")}')`);
    await ask();
    expect(signers()).toEqual(["AKIDENV", "AKIDLATE"]);
  });

  test("is asked for each environment, but not for each invocation", async () => {
    const count = profile(
      `console.log(JSON.stringify({ Version: 1, AccessKeyId: "AKID" + process.env.TENANT, SecretAccessKey: "x" }))`,
    );
    const auths = [];
    for (const TENANT of ["ONE", "TWO"]) {
      for (let at = 0; at < 3; at++) {
        Object.assign(process.env, { TENANT, _X_AMZN_TRACE_ID: `Root=${at}` });
        auths.push(createAuth({ userPoolId: `us-east-1_Pool${TENANT}${at}` }));
        await ask(auths.at(-1));
      }
    }
    expect(auths).toHaveLength(6);
    expect(signers()).toEqual([..."111222"].map((at) => (at === "1" ? "AKIDONE" : "AKIDTWO")));
    expect(started(count)).toHaveLength(2);
  });

  test("of a profile that takes on a role with its own credentials", async () => {
    const count = profile(`console.log('${answer("AKIDPROCESS")}')`);
    fs.appendFileSync(fileOf("config"), `${ROLE}source_profile = default\n`);
    const asked = [];
    const sts = http.createServer((request, response) => {
      request.resume();
      asked.push(signer(request));
      response.writeHead(403).end("<ErrorResponse/>");
    });
    await new Promise((resolve) => sts.listen(0, "127.0.0.1", resolve));
    try {
      use({ AWS_ENDPOINT_URL_STS: `http://127.0.0.1:${sts.address().port}` });
      expect((await refusal(ask())).reason).toBe("aws-credentials");
      expect(new Set(asked)).toEqual(new Set(["AKIDPROCESS"]));
      expect(started(count)).toHaveLength(1);
    } finally {
      sts.closeAllConnections();
      await new Promise((resolve) => sts.close(resolve));
    }
  });
}
