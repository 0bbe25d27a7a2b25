"use strict";

// Files of profiles over time: corrected, broken or silent ones, and those that ask for a code of a device.

const { execFileSync } = require("node:child_process");
const fs = require("node:fs");
const path = require("node:path");
const cognito = require("../../index.js");
const { evaluate } = require("../support/child.js");
const { keys, useCredentialWorld } = require("../support/credential-world");
const { refusal } = require("../../tools/outcomes.js");
const { OF_V2, callTwiceWithV2 } = require("../support/sdk-clients.js");
const { POOL } = require("../../tools/testing/service-server.js");

const { createAuth } = cognito;
const world = useCredentialWorld();
const { signers, use, variables, write, writeKeys } = world;
const ask = (auth = cognito) => auth.fetchUserByUsername("theseus");

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
      () => fs.mkdirSync(path.join(world.home, "credentials")),
      () => {
        fs.rmdirSync(path.join(world.home, "credentials"));
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
    use({
      AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER: undefined,
      HTTPS_PROXY: world.container.url,
    });
    delete process.env.AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER;
    const auth = createAuth({ maxAttempts: 1 });
    await fails(auth);
    write("config", `[default]\nendpoint_url = ${world.service.endpoint}\n${keys("AKIDLATE")}`);
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
    use(world.container.variable);
    await ask(createAuth());
    expect(signers()).toEqual(["AKIDCONTAINER"]);
  });

  test.each(names)("%s: no other source is asked for AWS_PROFILE", async (name) => {
    const [file, contents] = BROKEN[name];
    const written = write(file, contents);
    use({ ...world.container.variable, AWS_PROFILE: "games" });
    const error = await refusal(ask(createAuth()));
    expect(error.reason).toBe("aws-credentials");
    expect(error.cause.message).toContain(written);
    expect(world.container.asked).toBe(0);
    expect(world.service.requests).toEqual([]);
  });

  test.each(names)("%s: does not matter beside static credentials", async (name) => {
    const [file, contents] = BROKEN[name];
    write(file, contents);
    use({ AWS_ACCESS_KEY_ID: "AKIDENV", AWS_SECRET_ACCESS_KEY: "x" });
    await ask(createAuth());
    expect(signers()).toEqual(["AKIDENV"]);
  });

  test("a line that is none: the original ignores it, and ours reports it", async () => {
    use(OF_V2);
    write("config", "");
    write("credentials", `[default]\nwhat is this\n${keys("AKIDFILE")}`);
    await callTwiceWithV2({ endpoint: world.service.endpoint, poolId: POOL, between: () => {} });
    expect(signers()).toEqual(["AKIDFILE", "AKIDFILE"]);
    expect((await refusal(ask(createAuth()))).reason).toBe("aws-credentials");
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
    use({ ...world.container.variable, ...env, AWS_ENDPOINT_URL_STS: world.container.url });
    write(
      "config",
      `${config("mfa_serial = arn:aws:iam::1:mfa/a\n")}[profile base]\n${keys("AKIDBASE")}`,
    );
    const error = await refusal(ask(createAuth()));
    expect(error).toMatchObject({ name: "CredentialsError", reason: "aws-credentials" });
    expect(error.cause.message).toMatch(new RegExp(`profile ${profile}: .*mfa_serial`));
    expect(error.hint).toContain(`aws configure export-credentials --profile ${profile}`);
    expect(world.container.asked).toBe(0);
    expect(world.service.requests).toEqual([]);
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
    const file = path.join(world.home, "pipe");
    execFileSync("mkfifo", [file]);
    return file;
  };

  const SILENT = {
    "file of profiles": () => ({ AWS_SHARED_CREDENTIALS_FILE: pipe() }),
    "file of settings": () => ({ AWS_CONFIG_FILE: pipe() }),
    "web identity's token": () => ({
      AWS_ROLE_ARN: "arn:aws:iam::1:role/a",
      AWS_WEB_IDENTITY_TOKEN_FILE: pipe(),
      AWS_ENDPOINT_URL_STS: world.container.url,
    }),
    "container's token": () => ({
      ...world.container.variable,
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
        use(${JSON.stringify(world.container.variable)});
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
