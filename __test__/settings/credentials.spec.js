"use strict";

// Where AWS credentials come from, beside the options: each source in a process of its own, with a home of its own. Which
// ones were taken shows in the signature of the request. What the sources ask beyond this machine is led back to it by a
// proxy of the tests.

const crypto = require("node:crypto");
const fs = require("node:fs");
const http = require("node:http");
const os = require("node:os");
const path = require("node:path");
const { makeCertificates } = require("../../tools/certificates.js");
const { evaluate } = require("../support/child.js");
const { startConnectProxy } = require("../support/connect-proxy.js");
const { startServiceServer } = require("../../tools/testing/service-server.js");

const STS = "sts.us-east-1.amazonaws.com";
const PORTAL = "portal.sso.us-east-1.amazonaws.com";
const ROLE = "arn:aws:iam::123456789012:role/games";
const LATER = () => new Date(Date.now() + 3_600_000).toISOString();

let home;
let certificates;
let service;

beforeAll(async () => {
  certificates = await makeCertificates({ names: [STS, PORTAL] });
  service = await startServiceServer();
});
afterAll(() => service.stop());
beforeEach(() => {
  service.clear();
  home = fs.mkdtempSync(path.join(os.tmpdir(), "cognito-auth-native-home-"));
});
afterEach(() => fs.rmSync(home, { recursive: true, force: true }));

/** Writes a file below the home; its path. */
function write(name, contents) {
  const file = path.join(home, name);
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, contents);
  return file;
}

const SOURCE = `
  const { fetchUserByUsername } = require("./index.js");
  (async () => {
    const start = Date.now();
    let outcome = {};
    try {
      const { CALLS = 1, AT_ONCE = 1, TRIES = 1 } = process.env;
      for (let i = 1; i < TRIES; i++) await fetchUserByUsername("theseus").catch(() => {});
      for (let i = 0; i < CALLS; i++) {
        await Promise.all(Array.from({ length: AT_ONCE }, () => fetchUserByUsername("theseus")));
      }
    } catch (error) {
      const { name, message, reason, status, hint, cause } = error;
      outcome = {
        name, message, reason, status, hint, cause: cause?.message, all: error.stack + JSON.stringify(error),
      };
    }
    console.log(JSON.stringify({ ...outcome, took: Date.now() - start }));
  })();
`;

/** What becomes of a call that must be signed, and `signers`: the key of each request, and the token that goes with it. */
async function sign(env = {}) {
  const outcome = await evaluate(SOURCE, {
    env: {
      AWS_REGION: "us-east-1",
      USER_POOL_ID: "us-east-1_AbCdEfGhI",
      AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER: service.endpoint,
      AWS_EC2_METADATA_DISABLED: "true",
      HOME: home,
      USERPROFILE: home,
      ...env,
    },
  });
  const signers = service.requests.map(({ headers }) => [
    /Credential=([^/]+)/.exec(headers.authorization)[1],
    headers["x-amz-security-token"],
  ]);
  return { ...outcome, signers };
}

function expectNone(outcome, ...tells) {
  expect(outcome).toMatchObject({
    name: "CredentialsError",
    reason: "aws-credentials",
    status: 500,
  });
  expect(outcome.message).toMatch(/^Missing credentials in config, .*AWS_ACCESS_KEY_ID/);
  for (const tell of tells) expect(outcome.cause).toContain(tell);
  expect(outcome.cause + outcome.all).not.toContain("S3CRET");
  expect(outcome.signers).toEqual([]);
}

/** A server of one's own for `answer(request, body)`, which gives `[status, body, headers]`; an object is sent as JSON. */
async function startServer(answer, tls) {
  const requests = [];
  const serve = async (request, response) => {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks).toString();
    requests.push({ method: request.method, url: request.url, headers: request.headers, body });
    const [status, answered, headers] = answer(request, body);
    response.writeHead(status, { "content-type": "application/json", ...headers });
    response.end(typeof answered === "string" ? answered : JSON.stringify(answered));
  };
  const server = tls ? require("node:https").createServer(tls, serve) : http.createServer(serve);
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    requests,
    port: server.address().port,
    url: `http://127.0.0.1:${server.address().port}`,
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Plays `work` with an AWS service that stands at `host`: the environment that leads there. */
async function behindProxy(host, answer, work) {
  const server = await startServer(answer, certificates.named);
  const proxy = await startConnectProxy({ lead: { [host]: server.port } });
  try {
    const env = {
      HTTPS_PROXY: proxy.url,
      NODE_EXTRA_CA_CERTS: write("ca.pem", certificates.ca),
    };
    await work(env, server);
  } finally {
    await proxy.stop();
    await server.stop();
  }
}

describe("the environment", () => {
  test("comes first", async () => {
    write(
      ".aws/credentials",
      "[default]\naws_access_key_id = AKIDFILE\naws_secret_access_key = x\n",
    );
    const env = { AWS_ACCESS_KEY_ID: "AKIDENV", AWS_SECRET_ACCESS_KEY: "x" };
    expect((await sign(env)).signers).toEqual([["AKIDENV", undefined]]);
    service.clear();
    const session = { ...env, AWS_SESSION_TOKEN: "token" };
    expect((await sign(session)).signers).toEqual([["AKIDENV", "token"]]);
  });

  test("without the secret is no source", async () => {
    expectNone(await sign({ AWS_ACCESS_KEY_ID: "AKIDENV" }), "environment");
  });
});

describe("profiles", () => {
  const FILE = [
    "[default]\naws_access_key_id = AKIDDEFAULT\naws_secret_access_key = x",
    "[games]\naws_access_key_id = AKIDGAMES\naws_secret_access_key = x\naws_session_token = token\n",
  ].join("\n");

  test("default, and the one of AWS_PROFILE", async () => {
    write(".aws/credentials", FILE);
    expect((await sign()).signers).toEqual([["AKIDDEFAULT", undefined]]);
    service.clear();
    expect((await sign({ AWS_PROFILE: "games" })).signers).toEqual([["AKIDGAMES", "token"]]);
  });

  test("from the files that AWS_SHARED_CREDENTIALS_FILE and AWS_CONFIG_FILE name", async () => {
    const file = write("elsewhere", FILE);
    const named = await sign({ AWS_SHARED_CREDENTIALS_FILE: file, AWS_PROFILE: "games" });
    expect(named.signers).toEqual([["AKIDGAMES", "token"]]);
    service.clear();
    const config = write("config", FILE.replace("[games]", "[profile games]"));
    const other = await sign({ AWS_CONFIG_FILE: config, AWS_PROFILE: "games" });
    expect(other.signers).toEqual([["AKIDGAMES", "token"]]);
  });

  test("one that does not exist is named", async () => {
    write(".aws/credentials", FILE);
    expectNone(await sign({ AWS_PROFILE: "gmaes" }), "profile gmaes", "was not defined");
  });

  test("one that lacks its secret says so", async () => {
    write(".aws/credentials", "[default]\naws_access_key_id = AKIDDEFAULT\n");
    expectNone(await sign(), "profile default", "missing aws_secret_access_key");
  });

  test("one that takes on a role, by STS", async () => {
    const role = `role_arn = ${ROLE}\nsource_profile = default`;
    write(".aws/credentials", FILE);
    write(".aws/config", `[profile role]\n${role}\n`);
    await behindProxy(STS, assumed("AssumeRole", "AKIDROLE"), async (env, sts) => {
      const { signers } = await sign({ ...env, AWS_PROFILE: "role" });
      expect(signers).toEqual([["AKIDROLE", "sts-token"]]);
      expect(sts.requests[0].headers.authorization).toContain("Credential=AKIDDEFAULT/");
      expect(sts.requests[0].body).toContain("Action=AssumeRole");
    });
  });
});

/** STS's answer, in XML. */
const assumed = (action, keyId) => () => [
  200,
  `<${action}Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><${action}Result><Credentials>
    <AccessKeyId>${keyId}</AccessKeyId><SecretAccessKey>x</SecretAccessKey>
    <SessionToken>sts-token</SessionToken><Expiration>${LATER()}</Expiration></Credentials>
    <AssumedRoleUser><AssumedRoleId>AROA:a</AssumedRoleId><Arn>${ROLE}</Arn></AssumedRoleUser>
  </${action}Result></${action}Response>`,
];

describe("a credential process", () => {
  const profile = (script) => {
    const file = write("process.js", script);
    write(".aws/config", `[default]\ncredential_process = "${process.execPath}" "${file}"\n`);
  };

  test("is asked", async () => {
    const credentials = { Version: 1, AccessKeyId: "AKIDPROCESS", SecretAccessKey: "x" };
    profile(`console.log(JSON.stringify(${JSON.stringify(credentials)}))`);
    expect((await sign()).signers).toEqual([["AKIDPROCESS", undefined]]);
  });

  test("is asked once, however many calls wait for it", async () => {
    const credentials = { Version: 1, AccessKeyId: "AKIDONCE", SecretAccessKey: "x" };
    const count = path.join(home, "count");
    profile(`
      require("node:fs").appendFileSync(${JSON.stringify(count)}, "x");
      setTimeout(() => console.log('${JSON.stringify(credentials)}'), 300);
    `);
    const { signers } = await sign({ AT_ONCE: "20" });
    expect(signers).toEqual(Array(20).fill(["AKIDONCE", undefined]));
    expect(fs.readFileSync(count, "utf8")).toBe("x");
  });

  test("that failed is asked again by the next call", async () => {
    const credentials = { Version: 1, AccessKeyId: "AKIDLATER", SecretAccessKey: "x" };
    const mark = path.join(home, "mark");
    profile(`
      const fs = require("node:fs");
      if (fs.existsSync(${JSON.stringify(mark)})) console.log('${JSON.stringify(credentials)}');
      else process.exit((fs.writeFileSync(${JSON.stringify(mark)}, ""), 1));
    `);
    expect((await sign({ TRIES: "2" })).signers).toEqual([["AKIDLATER", undefined]]);
  });

  test("may take longer than a metadata service", async () => {
    const credentials = { Version: 1, AccessKeyId: "AKIDSLOW", SecretAccessKey: "x" };
    profile(`setTimeout(() => console.log('${JSON.stringify(credentials)}'), 6_000)`);
    expect((await sign()).signers).toEqual([["AKIDSLOW", undefined]]);
  });

  test("that fails is named, without what it printed", async () => {
    profile('console.error("S3CRET\\nS3CRET"); process.exit(3)');
    expectNone(await sign(), "profile default", "exit status: 3");
  });

  test("that prints something else is named, without what it printed", async () => {
    profile('console.log("S3CRET")');
    expectNone(await sign(), "profile default", "could not parse response");
  });

  test("that does not end is not waited for", async () => {
    profile("setInterval(() => {}, 1_000); setTimeout(() => process.exit(), 15_000)");
    const outcome = await sign();
    expectNone(outcome, "gave none within 8000 ms");
    expect(outcome.took).toBeLessThan(10_000);
  });
});

describe("a session of IAM Identity Center (SSO)", () => {
  const START = "https://games.awsapps.com/start";
  const account = "sso_account_id = 123456789012\nsso_role_name = Games";
  const session = `sso_region = us-east-1\nsso_start_url = ${START}`;
  const CONFIG = [
    `[profile games]\nsso_session = corp\n${account}`,
    `[sso-session corp]\n${session}`,
    `[profile legacy]\n${session}\n${account}\n`,
  ].join("\n");

  const cache = (expiresAt) => {
    for (const name of ["corp", START]) {
      const file = `${crypto.createHash("sha1").update(name).digest("hex")}.json`;
      const contents = { accessToken: "S3CRET", expiresAt, region: "us-east-1", startUrl: START };
      write(`.aws/sso/cache/${file}`, JSON.stringify(contents));
    }
  };

  const roleCredentials = () => [
    200,
    {
      roleCredentials: {
        accessKeyId: "AKIDSSO",
        secretAccessKey: "x",
        sessionToken: "sso-token",
        expiration: Date.now() + 3_600_000,
      },
    },
  ];

  beforeEach(() => write(".aws/config", CONFIG));

  test.each(["games", "legacy"])("that is open gives some: %s", async (AWS_PROFILE) => {
    cache(LATER());
    await behindProxy(PORTAL, roleCredentials, async (env, portal) => {
      const { signers } = await sign({ ...env, AWS_PROFILE });
      expect(signers).toEqual([["AKIDSSO", "sso-token"]]);
      expect(portal.requests[0].headers["x-amz-sso_bearer_token"]).toBe("S3CRET");
      expect(portal.requests[0].url).toContain("role_name=Games");
    });
  });

  test.each([
    ["was never opened", "games", () => {}],
    ["was never opened", "legacy", () => {}],
    ["has expired", "games", () => cache("2020-01-01T00:00:00Z")],
  ])("that %s: what to do is said (%s)", async (_title, AWS_PROFILE, prepare) => {
    prepare();
    const outcome = await sign({ AWS_PROFILE });
    expectNone(outcome, `profile ${AWS_PROFILE}`);
    expect(outcome.hint).toBe(`run: aws sso login --profile ${AWS_PROFILE}`);
  });

  test.each(["games", "legacy"])("that the portal has ended, the same: %s", async (AWS_PROFILE) => {
    cache(LATER());
    const ended = () => [
      401,
      { __type: "UnauthorizedException", message: "Session token not found or invalid" },
    ];
    await behindProxy(PORTAL, ended, async (env) => {
      const outcome = await sign({ ...env, AWS_PROFILE });
      expectNone(outcome, `profile ${AWS_PROFILE}`);
      expect(outcome.hint).toBe(`run: aws sso login --profile ${AWS_PROFILE}`);
    });
  });
});

describe("a web identity", () => {
  test("is exchanged for some", async () => {
    const token = write("token", "web-identity-token");
    const env = { AWS_ROLE_ARN: ROLE, AWS_WEB_IDENTITY_TOKEN_FILE: token };
    const answer = assumed("AssumeRoleWithWebIdentity", "AKIDWEB");
    await behindProxy(STS, answer, async (way, sts) => {
      const { signers } = await sign({ ...way, ...env });
      expect(signers).toEqual([["AKIDWEB", "sts-token"]]);
      expect(sts.requests[0].body).toContain("WebIdentityToken=web-identity-token");
    });
  });

  test("that STS refuses is named, without the token", async () => {
    const token = write("token", "S3CRET");
    const env = { AWS_ROLE_ARN: ROLE, AWS_WEB_IDENTITY_TOKEN_FILE: token };
    const refuse = () => [
      400,
      "<ErrorResponse><Error><Code>InvalidIdentityToken</Code><Message>No provider</Message></Error></ErrorResponse>",
    ];
    await behindProxy(STS, refuse, async (way) => {
      expectNone(await sign({ ...way, ...env }), "web identity", "InvalidIdentityToken");
    });
  });

  test("whose file is not there is named", async () => {
    const env = { AWS_ROLE_ARN: ROLE, AWS_WEB_IDENTITY_TOKEN_FILE: path.join(home, "nowhere") };
    expectNone(await sign(env), "web identity");
  });
});

describe("an ECS container's credentials", () => {
  const given = (expiration) => () => [
    200,
    { AccessKeyId: "AKIDECS", SecretAccessKey: "x", Token: "ecs-token", Expiration: expiration },
  ];

  test("are asked for, with the token for that", async () => {
    const server = await startServer(given(LATER()));
    try {
      const { signers } = await sign({
        AWS_CONTAINER_CREDENTIALS_FULL_URI: `${server.url}/role`,
        AWS_CONTAINER_AUTHORIZATION_TOKEN: "authorization",
        CALLS: "3",
      });
      expect(signers).toEqual(Array(3).fill(["AKIDECS", "ecs-token"]));
      expect(server.requests).toHaveLength(1);
      expect(server.requests[0]).toMatchObject({
        url: "/role",
        headers: { authorization: "authorization" },
      });
    } finally {
      await server.stop();
    }
  });

  test("are asked for again before they expire", async () => {
    const server = await startServer(given(new Date(Date.now() + 5_000).toISOString()));
    try {
      const env = { AWS_CONTAINER_CREDENTIALS_FULL_URI: `${server.url}/role`, CALLS: "3" };
      expect((await sign(env)).signers).toHaveLength(3);
      expect(server.requests.length).toBeGreaterThanOrEqual(3);
    } finally {
      await server.stop();
    }
  });

  test("that fail are named", async () => {
    const server = await startServer(() => [403, { code: "AccessDenied", message: "no" }]);
    try {
      const env = { AWS_CONTAINER_CREDENTIALS_FULL_URI: `${server.url}/role` };
      expectNone(await sign(env), "ECS container");
    } finally {
      await server.stop();
    }
  });
});

describe("an EC2 instance's role", () => {
  const env = (server) => ({
    AWS_EC2_METADATA_DISABLED: "false",
    AWS_EC2_METADATA_SERVICE_ENDPOINT: server.url,
  });
  const METADATA = "/latest/meta-data/iam/security-credentials";
  const instance = ({ method, url }) => {
    if (method === "PUT") {
      return [200, "metadata-token", { "x-aws-ec2-metadata-token-ttl-seconds": "21600" }];
    }
    if (url.replace(/-extended/, "").replace(/\/$/, "") === METADATA) return [200, "games"];
    return [
      200,
      {
        Code: "Success",
        AccessKeyId: "AKIDEC2",
        SecretAccessKey: "x",
        Token: "ec2-token",
        Expiration: LATER(),
        LastUpdated: new Date().toISOString(),
        Type: "AWS-HMAC",
      },
    ];
  };

  test("gives some", async () => {
    const server = await startServer(instance);
    try {
      const { signers } = await sign(env(server));
      expect(signers).toEqual([["AKIDEC2", "ec2-token"]]);
    } finally {
      await server.stop();
    }
  });

  test("that there is none is known within two seconds, though nothing answers", async () => {
    const silent = http.createServer(() => {});
    await new Promise((resolve) => silent.listen(0, "127.0.0.1", resolve));
    try {
      const url = `http://127.0.0.1:${silent.address().port}`;
      const outcome = await sign(env({ url }));
      expectNone(
        outcome,
        "options and environment: no access key",
        "profile default: ",
        "web identity: $AWS_WEB_IDENTITY_TOKEN_FILE was not set",
        "ECS container: ",
        "EC2 instance metadata: ",
      );
      expect(outcome.took).toBeLessThan(2_000);
    } finally {
      silent.closeAllConnections();
      silent.close();
    }
  });

  test("is not asked for where AWS_EC2_METADATA_DISABLED says so", async () => {
    const outcome = await sign();
    expectNone(outcome, "EC2 instance metadata: ", "AWS_EC2_METADATA_DISABLED");
    expect(outcome.took).toBeLessThan(1_000);
  });
});
