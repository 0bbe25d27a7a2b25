"use strict";

// Sources of credentials that accept a connection and never answer: a call rejects in its own time, later calls ask again,
// and no other call waits for them.

const { createAuth } = require("../../index.js");
const { keys, useCredentialWorld } = require("../support/credential-world");
const { refusal } = require("../../tools/outcomes.js");

const world = useCredentialWorld();
const { signers, use, write, writeSession } = world;
const ask = (auth, options) => auth.fetchUserByUsername("theseus", options);
const ROLE = "arn:aws:iam::1:role/a";

/** What makes the world's server silent, for all that ask it from now on. */
const silence = () => {
  world.container.wait = new Promise(() => {});
};
const speak = () => {
  world.container.wait = undefined;
};

/** Of each source: the variables that make it the source of an identity of this name. */
const SOURCES = {
  "an ECS container": (name) => ({
    AWS_CONTAINER_CREDENTIALS_FULL_URI: `${world.container.url}/${name}`,
  }),
  "STS, for a web identity": (name) => ({
    AWS_ROLE_ARN: ROLE,
    AWS_ROLE_SESSION_NAME: name,
    AWS_WEB_IDENTITY_TOKEN_FILE: write("token", "token"),
    AWS_ENDPOINT_URL_STS: world.container.url,
  }),
  "the portal of IAM Identity Center (SSO)": (name) => {
    writeSession(name);
    return world.sessionVariables(name);
  },
};

const NAMES = {
  "an ECS container": "ECS container",
  "STS, for a web identity": "web identity",
  "the portal of IAM Identity Center (SSO)": "profile games",
};

test.each(Object.keys(SOURCES))(
  "%s: the call rejects, and the next one asks again",
  async (source) => {
    write("config", world.sessionProfiles(["games"]));
    use(SOURCES[source]("games"));
    const auth = createAuth({ timeoutMs: 1_500 });
    silence();
    const error = await refusal(ask(auth));
    expect(error).toMatchObject({ name: "CredentialsError", reason: "aws-credentials" });
    expect(error.cause.message).toBe(`${NAMES[source]} gave none within 1200 ms`);
    expect(world.container.asked).toBe(1);
    speak();
    await ask(auth);
    expect(world.container.asked).toBe(2);
    expect(signers()).toEqual(["AKIDCONTAINER"]);
  },
);

test("a hundred calls that wait for silent sources hold up no other", async () => {
  const names = Array.from({ length: 100 }, (_, at) => `identity-${at}`);
  const printed = JSON.stringify({ Version: 1, AccessKeyId: "AKIDPROCESS", SecretAccessKey: "x" });
  const script = write("process.js", `console.log(${JSON.stringify(printed)})`);
  const command = `credential_process = "${process.execPath}" "${script}"`;
  write("config", `[profile printed]\n${command}\n${world.sessionProfiles(names)}`);
  const sources = Object.values(SOURCES);
  const enough = new AbortController();
  let settled = 0;
  silence();
  const crowd = names.map((name, at) => {
    use(sources[at % sources.length](name));
    const auth = createAuth({ timeoutMs: 60_000 });
    return refusal(ask(auth, { signal: enough.signal })).finally(() => {
      settled += 1;
    });
  });
  write("credentials", `[kept]\n${keys("AKIDFILE")}`);
  use({ AWS_PROFILE: "kept" });
  await ask(createAuth());
  use({ AWS_PROFILE: "printed" });
  await ask(createAuth());
  expect(signers()).toEqual(["AKIDFILE", "AKIDPROCESS"]);
  expect(settled).toBe(0);
  enough.abort();
  for (const { reason } of await Promise.all(crowd)) expect(reason).toBe("aborted");
});
