"use strict";

// Credentials and ids with a line break, a blank or the like, such as a Kubernetes secret that was made with `echo`: the
// error names the setting before anything is sent. A user that had signed up by then could not be confirmed.

const fs = require("node:fs");
const http = require("node:http");
const os = require("node:os");
const path = require("node:path");
const { run } = require("../support/child.js");
const { CLIENT, POOL, startServiceServer } = require("../../tools/testing/service-server.js");

/** The reason where a source beside options and environment gave the credentials. */
const FROM_SOURCES = "aws-credentials";

/** No message may show it. */
const HIDDEN = "S3CRET";

const CHARACTERS = {
  "a line break at the end": (text) => `${text}\n`,
  "a line break of Windows at the end": (text) => `${text}\r\n`,
  "a line break": (text) => `${text}\n${text}`,
  "a blank": (text) => `${text} ${text}`,
  "a blank at the end": (text) => `${text} `,
  "a tab": (text) => `${text}\t${text}`,
  "a character that is not ASCII": (text) => `${text}ü${text}`,
};

/** A profile file cannot hold the others: it ends a line there, and leaves out blanks at the end. */
const IN_FILES = ["a line break", "a blank", "a tab", "a character that is not ASCII"];

/** The three values under each source's own names. */
const VALUES = {
  accessKeyId: {
    variable: "AWS_ACCESS_KEY_ID",
    property: "aws_access_key_id",
    json: "AccessKeyId",
  },
  secretAccessKey: {
    variable: "AWS_SECRET_ACCESS_KEY",
    property: "aws_secret_access_key",
    json: "SecretAccessKey",
  },
  sessionToken: {
    variable: "AWS_SESSION_TOKEN",
    property: "aws_session_token",
    json: { container: "Token", process: "SessionToken" },
  },
};

const ROWS = Object.keys(VALUES).flatMap((value) =>
  Object.keys(CHARACTERS).map((character) => ({ value, character })),
);
const FILE_ROWS = ROWS.filter(({ character }) => IN_FILES.includes(character));

let home;
let service;
let container;

beforeAll(async () => {
  home = fs.mkdtempSync(path.join(os.tmpdir(), "credential-values-"));
  service = await startServiceServer();
  container = http.createServer((request, response) => {
    const row = ROWS[Number(request.url.slice(1))];
    const answer = { ...inJson(row, "container"), Expiration: "2100-01-01T00:00:00Z" };
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify(answer));
  });
  await new Promise((resolve) => container.listen(0, "127.0.0.1", resolve));
});
afterAll(async () => {
  await service.stop();
  container.closeAllConnections();
  await new Promise((resolve) => container.close(resolve));
  fs.rmSync(home, { recursive: true, force: true });
});

/** Writes a file below the home; its path. */
function write(name, contents) {
  const file = path.join(home, name);
  fs.writeFileSync(file, contents);
  return file;
}

/** Three values, one of them faulty, under the names that `nameOf` gives. */
function values({ value, character }, nameOf) {
  const faulty = CHARACTERS[character](HIDDEN);
  return Object.fromEntries(
    Object.keys(VALUES).map((name) => [
      nameOf(name),
      name === value ? faulty : `AKIDGOOD${name.length}`,
    ]),
  );
}

const inJson = (row, source) =>
  values(row, (name) => VALUES[name].json[source] ?? VALUES[name].json);

/** A line that continues a property begins with a blank. */
const inProfile = (row) =>
  Object.entries(values(row, (name) => VALUES[name].property))
    .map(([name, value]) => `${name} = ${value.replace("\n", "\n  ")}\n`)
    .join("");

// Calls the three functions with each of `ROWS`: options, and variables that are set meanwhile.
const SOURCE = `
  const { createAuth } = require("./index.js");
  const outcome = async (call) => {
    try {
      await call();
      return "ok";
    } catch (error) {
      const { name, message, reason, status, hint, stage, cause } = error;
      const all = [message, hint, cause?.message, error.stack, JSON.stringify(error)].join();
      return { name, message, reason, status, hint, stage, cause: cause?.message, all };
    }
  };
  const { env } = process;
  const rows = JSON.parse(require("node:fs").readFileSync(env.ROWS));
  (async () => {
    const outcomes = [];
    for (const [index, { options = {}, variables = {} }] of rows.entries()) {
      const before = { ...env };
      Object.assign(env, variables);
      const user = "user-" + index;
      const call = (use) => outcome(async () => use(createAuth(options)));
      outcomes.push({
        createCognitoUser: await call((auth) => auth.createCognitoUser(user, "Labyrinth1", "theseus@example.com", "+14155550100")),
        login: await call((auth) => auth.login(user, "Labyrinth1")),
        fetchUserByUsername: await call((auth) => auth.fetchUserByUsername(user)),
      });
      for (const name of Object.keys(variables)) delete env[name];
      Object.assign(env, before);
    }
    console.log(JSON.stringify(outcomes));
  })();
`;

/** One child for all rows of a source. Of each row: `outcomes`, and `sent`, the operations that were asked for. */
async function play(rows) {
  service.clear();
  const { code, signal, stderr, lines } = await run(SOURCE, {
    seconds: 60,
    env: {
      AWS_REGION: "us-east-1",
      USER_POOL_ID: POOL,
      COGNITO_CLIENT_ID: CLIENT,
      AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER: service.endpoint,
      AWS_EC2_METADATA_DISABLED: "true",
      ROWS: write("rows.json", JSON.stringify(rows)),
    },
  });
  const userOf = ({ body }) => body.Username ?? body.AuthParameters.USERNAME;
  const sentOf = (index) =>
    service.requests
      .filter((request) => userOf(request) === `user-${index}`)
      .map(({ operation }) => operation);
  const outcomes = lines.length > 0 ? JSON.parse(lines.at(-1)) : [];
  return {
    end: { code, signal, stderr },
    rows: outcomes.map((outcome, index) => ({ outcomes: outcome, sent: sentOf(index) })),
  };
}

/** Nothing has been sent, and every function says why: `names` is in the message, the hint or the cause. */
function expectNamed({ outcomes, sent }, reason, names) {
  expect(sent).toEqual([]);
  for (const [name, outcome] of Object.entries(outcomes)) {
    expect({ name, reason: outcome.reason }).toEqual({ name, reason });
    expect([outcome.message, outcome.hint, outcome.cause].join("\n")).toMatch(names);
    expect(outcome.all).not.toContain(HIDDEN);
  }
}

/** Where credentials come from: the rows, what leads to each, how it fails, and what must be named. */
const SOURCES = {
  "the environment": {
    rows: ROWS,
    lead: (row) => ({ variables: values(row, (name) => VALUES[name].variable) }),
    reason: "config",
    names: ({ value }) => new RegExp(VALUES[value].variable),
  },
  "the options": {
    rows: ROWS,
    lead: (row) => ({ options: { credentials: values(row, (name) => name) } }),
    reason: "config",
    names: ({ value }) => new RegExp(`credentials\\.${value}`),
  },
  "a profile": {
    rows: FILE_ROWS,
    lead: (row, index) => {
      const file = write(`profile-${index}`, `[games]\n${inProfile(row)}`);
      return { variables: { AWS_SHARED_CREDENTIALS_FILE: file, AWS_PROFILE: "games" } };
    },
    reason: FROM_SOURCES,
    names: () => /profile games/,
  },
  "a credential process": {
    rows: ROWS,
    lead: (row, index) => {
      const printed = write(
        `printed-${index}`,
        JSON.stringify({ Version: 1, ...inJson(row, "process") }),
      );
      const script = write(
        `process-${index}.js`,
        `process.stdout.write(require("node:fs").readFileSync(${JSON.stringify(printed)}))`,
      );
      const command = `credential_process = "${process.execPath}" "${script}"`;
      const file = write(`config-${index}`, `[profile games]\n${command}\n`);
      return { variables: { AWS_CONFIG_FILE: file, AWS_PROFILE: "games" } };
    },
    reason: FROM_SOURCES,
    names: () => /profile games/,
  },
  "a container": {
    rows: ROWS,
    lead: (_row, index) => ({
      variables: {
        AWS_CONTAINER_CREDENTIALS_FULL_URI: `http://127.0.0.1:${container.address().port}/${index}`,
      },
    }),
    reason: FROM_SOURCES,
    names: () => /container/i,
  },
};

describe.each(Object.keys(SOURCES))("credentials of %s", (name) => {
  const { rows, lead, reason, names } = SOURCES[name];
  let played;

  beforeAll(async () => {
    played = await play(rows.map(lead));
  }, 70_000);

  test("neither end the process nor write to stderr", () => {
    expect(played.end).toEqual({ code: 0, signal: null, stderr: "" });
  });

  test.each(rows.map((row, index) => ({ ...row, index })))("$value with $character", (row) => {
    expectNamed(played.rows[row.index], reason, names(row));
  });
});

describe("ids and the client's secret", () => {
  const IDS = {
    USER_POOL_ID: { option: "userPoolId", text: `us-east-1_${HIDDEN}` },
    COGNITO_CLIENT_ID: { option: "clientId", text: HIDDEN },
    COGNITO_CLIENT_SECRET: { option: "clientSecret", text: HIDDEN },
  };
  const rows = Object.keys(IDS).flatMap((variable) =>
    ["environment", "options"].flatMap((from) =>
      Object.keys(CHARACTERS).map((character) => ({ variable, from, character })),
    ),
  );
  let played;

  beforeAll(async () => {
    const lead = ({ variable, from, character }) => {
      const { option, text } = IDS[variable];
      const faulty = CHARACTERS[character](text);
      const keys = { AWS_ACCESS_KEY_ID: "AKIDGOOD", AWS_SECRET_ACCESS_KEY: "x" };
      return from === "options"
        ? { variables: keys, options: { [option]: faulty } }
        : { variables: { ...keys, [variable]: faulty } };
    };
    played = await play(rows.map(lead));
  }, 70_000);

  test("neither end the process nor write to stderr", () => {
    expect(played.end).toEqual({ code: 0, signal: null, stderr: "" });
  });

  test.each(rows.map((row, index) => ({ ...row, index })))(
    "$variable of the $from with $character",
    ({ variable, index }) => {
      const { option } = IDS[variable];
      expectNamed(played.rows[index], "config", new RegExp(`${variable}|${option}`));
    },
  );
});
