"use strict";

// Files of profiles over time: corrected ones, pipes in their place, and profiles that ask for a code of a device.

const { execFileSync } = require("node:child_process");
const fs = require("node:fs");
const path = require("node:path");
const cognito = require("../../index.js");
const { evaluate } = require("../support/child.js");
const { keys, useCredentialWorld } = require("../support/credential-world");
const { refusal } = require("../../tools/outcomes.js");

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
      const complaint = (call) => call.catch(({ reason, cause }) => reason + ": " + /regular file/.exec(cause?.message));
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

  const PIPES = {
    "file of credentials": [() => ({ AWS_SHARED_CREDENTIALS_FILE: pipe() }), "aws-credentials"],
    "file of settings": [() => ({ AWS_CONFIG_FILE: pipe() }), "config"],
    "web identity's token": [
      () => ({
        AWS_ROLE_ARN: "arn:aws:iam::1:role/a",
        AWS_WEB_IDENTITY_TOKEN_FILE: pipe(),
        AWS_ENDPOINT_URL_STS: world.container.url,
      }),
      "aws-credentials",
    ],
    "session's token (SSO)": [
      () => {
        execFileSync("mkfifo", [world.sessionFile("corp")]);
        write("config", world.sessionProfiles(["corp"]));
        return world.sessionVariables("corp");
      },
      "aws-credentials",
    ],
    "token of the container that a profile names": [
      () => {
        write("config", `[profile task]\ncredential_source = EcsContainer\n`);
        const token = { AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: pipe() };
        return { ...world.container.variable, ...token, AWS_PROFILE: "task" };
      },
      "aws-credentials",
    ],
    "container's token, where there is no container": [
      () => ({ AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: pipe() }),
      "aws-credentials",
    ],
    "container's token": [
      () => ({ ...world.container.variable, AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: pipe() }),
      "aws-credentials",
    ],
  };

  test.each(Object.keys(PIPES))(
    "a pipe in the place of a %s: calls fail at once, others go on",
    async (name) => {
      const [prepare, reason] = PIPES[name];
      const broken = prepare();
      const outcome = await play(
        `const undisturbed = createAuth({ credentials: KEYS });
        await undisturbed.login("u", "p");
        const before = { ...process.env };
        use(${JSON.stringify(broken)});
        const crowd = Array.from({ length: 12 }, () => createAuth());
        const failed = await Promise.all([...crowd, ...crowd].map((auth) => complaint(auth.login("u", "p"))));
        for (const name of Object.keys(${JSON.stringify(broken)})) delete process.env[name];
        use(before);
        const others = [];
        others.push(await told(undisturbed.login("u", "p")));
        others.push(await told(createAuth({ credentials: KEYS }).login("u", "p")));
        use(${JSON.stringify(world.container.variable)});
        others.push(await told(login("u", "p")), await told(createAuth().login("u", "p")));
        return { failed, others };`,
        {},
      );
      expect([...new Set(outcome.failed)]).toEqual([`${reason}: regular file`]);
      expect(outcome.others).toEqual(["ok", "ok", "ok", "ok"]);
    },
  );

  const SESSIONS = {
    "an endless device": [(file) => fs.symlinkSync("/dev/zero", file), /regular file/],
    "a named pipe": [(file) => execFileSync("mkfifo", [file]), /regular file/],
    "a folder": [(file) => fs.mkdirSync(file), /directory/],
    "more than a mebibyte": [(file) => fs.writeFileSync(file, " ".repeat(2 ** 20 + 1)), /1048576/],
  };

  test.each(Object.keys(SESSIONS))(
    "in the place of a session's token (SSO), %s is named, and a corrected one counts",
    async (what) => {
      const [put, complaint] = SESSIONS[what];
      const file = world.sessionFile("corp");
      put(file);
      write("config", world.sessionProfiles(["corp"]));
      use(world.sessionVariables("corp"));
      const auth = createAuth();
      const error = await refusal(ask(auth));
      expect(error).toMatchObject({ name: "CredentialsError", reason: "aws-credentials" });
      expect(error.cause.message).toContain(`${file} cannot be used: `);
      expect(error.cause.message).toMatch(complaint);
      expect(error.hint).toBeUndefined();
      expect(world.container.asked).toBe(0);
      fs.rmSync(file, { recursive: true });
      world.writeSession("corp");
      await ask(auth);
      expect(signers()).toEqual(["AKIDCONTAINER"]);
    },
  );

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
