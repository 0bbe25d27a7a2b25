"use strict";

// What users set once for all their AWS clients: variables and profiles with FIPS, dual stack, endpoints and retries. The
// AWS SDKs for JavaScript are asked beside this package, in the same environment. What would leave this machine ends at a
// proxy of the tests, which writes down the host.

const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");
const { createAuth } = require("../../index.js");
const { startConnectProxy } = require("../support/connect-proxy.js");
const { useEnvironment } = require("../support/environment.js");
const { refusal } = require("../../tools/outcomes.js");
const { hostOfV2, hostOfV3, sendByV3 } = require("../support/sdk-clients.js");
const { CLIENT, failure, startServiceServer } = require("../../tools/testing/service-server.js");

const KEYS = { AWS_ACCESS_KEY_ID: "AKIDEXAMPLE", AWS_SECRET_ACCESS_KEY: "x" };
const IN_FILE = "aws_access_key_id = AKIDFILE\naws_secret_access_key = x\n";

let folder;
let proxy;
let service;
let other;
let restore;
let files = 0;

beforeAll(async () => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "cognito-auth-native-settings-"));
  proxy = await startConnectProxy();
  service = await startServiceServer();
  other = await startServiceServer();
});
afterAll(async () => {
  await proxy.stop();
  await service.stop();
  await other.stop();
  fs.rmSync(folder, { recursive: true, force: true });
});
beforeEach(() => {
  proxy.tunnels.length = 0;
  service.clear();
  other.clear();
});
afterEach(() => restore?.());

/** Writes a file of profiles with a name of its own, for the SDKs remember files by name; its path. */
function write(contents) {
  files += 1;
  const file = path.join(folder, `profiles-${files}`);
  fs.writeFileSync(file, contents);
  return file;
}

/** Sets the variables of a user in this region, whose file `~/.aws/config` has these contents. */
function use(env, { region = "us-east-1", config = "", credentials = "" } = {}) {
  restore?.();
  restore = useEnvironment({
    AWS_REGION: region,
    USER_POOL_ID: `${region}_AbCdEfGhI`,
    COGNITO_CLIENT_ID: CLIENT,
    AWS_CONFIG_FILE: write(config),
    AWS_SHARED_CREDENTIALS_FILE: write(credentials),
    AWS_EC2_METADATA_DISABLED: "true",
    AWS_SDK_LOAD_CONFIG: "1",
    AWS_SDK_JS_SUPPRESS_MAINTENANCE_MODE_MESSAGE: "1",
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
    HTTPS_PROXY: proxy.url,
    ...env,
  });
}

/** The first host that this package sends to; `{ refused }` with its message if it sends to none. */
async function hostOfOurs(options) {
  proxy.tunnels.length = 0;
  const { message, reason } = await refusal(
    createAuth({ maxAttempts: 1, ...options }).fetchUserByUsername("theseus"),
  );
  const [tunnel] = proxy.tunnels;
  if (tunnel !== undefined) return tunnel.replace(/:443$/, "");
  expect(reason).toBe("config");
  return { refused: message };
}

const poolId = () => process.env.USER_POOL_ID;

const FIPS = { AWS_USE_FIPS_ENDPOINT: "true" };
const DUAL_STACK = { AWS_USE_DUALSTACK_ENDPOINT: "true" };

describe("FIPS and dual stack", () => {
  const SETTINGS = [
    ["neither", {}],
    ["FIPS", FIPS],
    ["dual stack", DUAL_STACK],
    ["both", { ...FIPS, ...DUAL_STACK }],
  ];
  const REGIONS = [
    "us-east-1",
    "us-west-2",
    "eu-west-1",
    "ap-southeast-7",
    "us-gov-west-1",
    "us-gov-east-1",
    "cn-north-1",
    "eusc-de-east-1",
    "us-iso-east-1",
    "us-isob-east-1",
  ];
  const rows = REGIONS.flatMap((region) =>
    SETTINGS.map(([setting, env]) => ({ region, setting, env })),
  );

  test.each(rows)("$setting in $region: where SDK v3 goes", async ({ region, env }) => {
    use({ ...KEYS, ...env }, { region });
    expect(await hostOfOurs()).toEqual(await hostOfV3(poolId()));
  });

  /** Where the original goes instead: its data of endpoints know neither Cognito's own rules nor the newest partitions. */
  const OF_ORIGINAL = {
    "dual stack in us-east-1": "cognito-idp.us-east-1.api.aws",
    "both in us-east-1": "cognito-idp-fips.us-east-1.api.aws",
    "dual stack in us-west-2": "cognito-idp.us-west-2.api.aws",
    "both in us-west-2": "cognito-idp-fips.us-west-2.api.aws",
    "dual stack in eu-west-1": "cognito-idp.eu-west-1.api.aws",
    "dual stack in ap-southeast-7": "cognito-idp.ap-southeast-7.api.aws",
    "neither in eusc-de-east-1": "cognito-idp.eusc-de-east-1.amazonaws.com",
    "FIPS in eusc-de-east-1": "cognito-idp-fips.eusc-de-east-1.amazonaws.com",
    "dual stack in eusc-de-east-1": "cognito-idp.eusc-de-east-1.api.aws",
    "both in eusc-de-east-1": "cognito-idp-fips.eusc-de-east-1.api.aws",
    "dual stack in us-iso-east-1": "cognito-idp.us-iso-east-1.api.aws",
    "both in us-iso-east-1": "cognito-idp-fips.us-iso-east-1.api.aws",
    "dual stack in us-isob-east-1": "cognito-idp.us-isob-east-1.api.aws",
    "both in us-isob-east-1": "cognito-idp-fips.us-isob-east-1.api.aws",
  };

  test("where the original goes, with the listed differences", async () => {
    const differences = {};
    for (const { region, setting, env } of rows) {
      use({ ...KEYS, ...env }, { region });
      const original = hostOfV2();
      if ((await hostOfOurs()) !== original) differences[`${setting} in ${region}`] = original;
    }
    expect(differences).toEqual(OF_ORIGINAL);
  });

  const PROFILES = [
    ["the default profile", { config: "[default]\nuse_fips_endpoint = true\n" }, {}, true],
    [
      "the profile of AWS_PROFILE",
      { config: `[default]\n[profile games]\nuse_fips_endpoint = true\n${IN_FILE}` },
      { AWS_PROFILE: "games" },
      true,
    ],
    ["another profile", { config: "[profile games]\nuse_fips_endpoint = true\n" }, {}, false],
    [
      "the file of credentials",
      { credentials: "[default]\nuse_fips_endpoint = true\n" },
      {},
      undefined,
    ],
    [
      "a profile against a variable",
      { config: "[default]\nuse_fips_endpoint = true\n" },
      { AWS_USE_FIPS_ENDPOINT: "false" },
      false,
    ],
    [
      "a profile for dual stack",
      { config: "[default]\nuse_dualstack_endpoint = true\n", region: "us-gov-west-1" },
      {},
      "cognito-idp.us-gov-west-1.api.aws",
    ],
  ];

  test.each(PROFILES)("of %s: where SDK v3 goes", async (_title, files, env, expected) => {
    use({ ...KEYS, ...env }, files);
    const host = await hostOfOurs();
    expect(host).toEqual(await hostOfV3(poolId()));
    if (typeof expected === "string") expect(host).toBe(expected);
    if (typeof expected === "boolean") expect(host.includes("-fips")).toBe(expected);
  });

  test("hold for an Auth that is there already, from its next call on", async () => {
    use(KEYS);
    const auth = createAuth({ maxAttempts: 1 });
    await refusal(auth.login("theseus", "p"));
    process.env.AWS_USE_FIPS_ENDPOINT = "true";
    await refusal(auth.login("theseus", "p"));
    delete process.env.AWS_USE_FIPS_ENDPOINT;
    await refusal(auth.login("theseus", "p"));
    expect(proxy.tunnels).toEqual([
      "cognito-idp.us-east-1.amazonaws.com:443",
      "cognito-idp-fips.us-east-1.amazonaws.com:443",
      "cognito-idp.us-east-1.amazonaws.com:443",
    ]);
  });

  test.each([
    ["us-east-1", FIPS, "sts-fips.us-east-1.amazonaws.com"],
    ["us-east-1", DUAL_STACK, "sts.us-east-1.api.aws"],
    ["us-east-1", { ...FIPS, ...DUAL_STACK }, "sts-fips.us-east-1.api.aws"],
    ["us-gov-west-1", FIPS, "sts.us-gov-west-1.amazonaws.com"],
    ["us-east-1", {}, "sts.us-east-1.amazonaws.com"],
  ])("of STS in %s with %j", async (region, env, host) => {
    const role = "role_arn = arn:aws:iam::123456789012:role/games\nsource_profile = base";
    const config = `[default]\n${role}\n[profile base]\n${IN_FILE}`;
    use(env, { region, config });
    expect(await hostOfV3(poolId())).toBe(host);
    await refusal(createAuth({ maxAttempts: 1 }).fetchUserByUsername("theseus"));
    expect(proxy.tunnels[0]).toBe(`${host}:443`);
  });

  test("leave the keys where the pool's issuer has them", async () => {
    use({ ...KEYS, ...FIPS, ...DUAL_STACK });
    await refusal(createAuth().ready());
    expect(new Set(proxy.tunnels)).toEqual(new Set(["cognito-idp.us-east-1.amazonaws.com:443"]));
  });

  test.each([
    ["FIPS", FIPS],
    ["dual stack", DUAL_STACK],
  ])("%s beside an endpoint of one's own is refused, as by SDK v3", async (_title, env) => {
    use({ ...KEYS, ...env, AWS_ENDPOINT_URL: service.endpoint });
    const host = await hostOfOurs();
    expect(host).toEqual(await hostOfV3(poolId()));
    expect(host.refused).toMatch(/custom endpoint/);
    expect(service.requests).toEqual([]);
  });
});

describe("endpoints", () => {
  const of = (server) => `endpoint_url = ${server().endpoint}\n`;
  const first = () => service;
  const second = () => other;
  const local = (server) => `[services local]\ncognito_identity_provider =\n  ${of(server)}`;

  /** Of each row: the files, the variables, and which server gets the request; "AWS" is where it goes without any. */
  const ROWS = {
    "of the default profile": () => [{ config: `[default]\n${of(first)}` }, {}, "first"],
    "of the profile of AWS_PROFILE": () => [
      { config: `[default]\n${of(second)}[profile games]\n${IN_FILE}${of(first)}` },
      { AWS_PROFILE: "games" },
      "first",
    ],
    "of another profile": () => [{ config: `[profile games]\n${of(first)}` }, {}, "AWS"],
    "of the service": () => [
      { config: `[default]\nservices = local\n${local(first)}` },
      {},
      "first",
    ],
    "of the service, before the profile's": () => [
      { config: `[default]\nservices = local\n${of(second)}${local(first)}` },
      {},
      "first",
    ],
    "of another service, and the profile's": () => [
      {
        config: `[default]\nservices = local\n${of(first)}[services local]\ns3 =\n  ${of(second)}`,
      },
      {},
      "first",
    ],
    "of services that nobody names": () => [{ config: `[default]\n${local(first)}` }, {}, "AWS"],
    "of a variable, before the profile's": () => [
      { config: `[default]\n${of(second)}` },
      { AWS_ENDPOINT_URL: service.endpoint },
      "first",
    ],
    "of the service's variable, before all": () => [
      { config: `[default]\nservices = local\n${local(second)}` },
      {
        AWS_ENDPOINT_URL: other.endpoint,
        AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER: service.endpoint,
      },
      "first",
    ],
  };

  const nameOf = (host) => {
    if (host === new URL(service.endpoint).host) return "first";
    if (host === new URL(other.endpoint).host) return "second";
    return host === "cognito-idp.us-east-1.amazonaws.com" ? "AWS" : host;
  };

  /** The name of the one place that this package sent a request to. */
  async function placeOfOurs(options) {
    await createAuth({ maxAttempts: 1, ...options })
      .fetchUserByUsername("theseus")
      .catch(() => {});
    const hosts = [...service.requests, ...other.requests].map(({ headers }) => headers.host);
    hosts.push(...proxy.tunnels.map((tunnel) => tunnel.replace(/:443$/, "")));
    expect(hosts).toHaveLength(1);
    return nameOf(hosts[0]);
  }

  test.each(Object.keys(ROWS))("%s: where SDK v3 goes", async (name) => {
    const [given, env, expected] = ROWS[name]();
    use({ ...KEYS, ...env }, given);
    expect(await placeOfOurs()).toBe(expected);
    expect(nameOf(await hostOfV3(poolId()))).toBe(expected);
  });

  // SDK v3 drops the profile's own endpoint then, and goes to AWS with an emulator's keys.
  test("of a profile whose services are not there: the profile's own", async () => {
    use(KEYS, { config: `[default]\nservices = remote\n${of(first)}${local(second)}` });
    expect(await placeOfOurs()).toBe("first");
  });

  const IGNORED = {
    "variables of endpoints": () => [
      {},
      {
        AWS_ENDPOINT_URL: service.endpoint,
        AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER: service.endpoint,
      },
    ],
    "the endpoint of a profile": () => [{ config: `[default]\n${of(first)}` }, {}],
    "the endpoint of a service": () => [
      { config: `[default]\nservices = local\n${local(first)}` },
      {},
    ],
  };

  test.each(Object.keys(IGNORED))("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: %s", async (name) => {
    const [given, env] = IGNORED[name]();
    use({ ...KEYS, ...env }, given);
    expect(await placeOfOurs()).toBe("first");
    service.clear();
    for (const value of ["true", "TRUE"]) {
      process.env.AWS_IGNORE_CONFIGURED_ENDPOINT_URLS = value;
      proxy.tunnels.length = 0;
      expect(await placeOfOurs()).toBe("AWS");
    }
  });

  /** What the selected profile ignores, and what the variable says: https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html */
  const IGNORE = "ignore_configured_endpoint_urls = true\n";
  const VARIABLES = () => ({ AWS_ENDPOINT_URL: service.endpoint });
  const OF_SERVICE = () => ({ AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER: service.endpoint });
  const NOT_IGNORED = { AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: "false" };
  const IGNORING_PROFILES = {
    "its own endpoint": () => [`[default]\n${IGNORE}${of(first)}`, {}, "AWS"],
    "its service's endpoint": () => [
      `[default]\nservices = local\n${IGNORE}${local(first)}`,
      {},
      "AWS",
    ],
    "a variable": () => [`[default]\n${IGNORE}`, VARIABLES(), "AWS"],
    "the service's variable": () => [`[default]\n${IGNORE}`, OF_SERVICE(), "AWS"],
    "all of them": () => [
      `[default]\nservices = local\n${IGNORE}${of(second)}${local(second)}`,
      { ...VARIABLES(), ...OF_SERVICE() },
      "AWS",
    ],
    "nothing, if the variable says no": () => [
      `[default]\n${IGNORE}`,
      { ...VARIABLES(), ...NOT_IGNORED },
      "first",
    ],
    "nothing of another profile": () => [
      `[default]\n[profile other]\n${IGNORE}`,
      VARIABLES(),
      "first",
    ],
    "a variable, in the selected profile": () => [
      `[default]\n[profile other]\n${IGNORE}`,
      { ...VARIABLES(), AWS_PROFILE: "other" },
      "AWS",
    ],
    "nothing, set to false": () => [
      "[default]\nignore_configured_endpoint_urls = false\n",
      VARIABLES(),
      "first",
    ],
  };

  test.each(Object.keys(IGNORING_PROFILES))(
    "ignore_configured_endpoint_urls in a profile switches off %s, as in SDK v3",
    async (name) => {
      const [config, env, expected] = IGNORING_PROFILES[name]();
      use({ ...KEYS, ...env }, { config, credentials: `[other]\n${IN_FILE}` });
      expect(await placeOfOurs()).toBe(expected);
      expect(nameOf(await hostOfV3(poolId()))).toBe(expected);
    },
  );

  test("an option goes before a profile that ignores endpoints, and keys stay where they were", async () => {
    use({ ...KEYS, ...VARIABLES() }, { config: `[default]\n${IGNORE}` });
    expect(await placeOfOurs({ endpoint: service.endpoint })).toBe("first");
    service.clear();
    await refusal(createAuth().ready());
    expect(service.requests.length).toBeGreaterThan(0);
  });

  test("an option goes before all of them, ignored or not", async () => {
    const env = { AWS_ENDPOINT_URL: other.endpoint, AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: "true" };
    use({ ...KEYS, ...env }, { config: `[default]\n${of(second)}` });
    expect(await placeOfOurs({ endpoint: service.endpoint })).toBe("first");
  });

  test("of a profile move calls, and not the keys: those come from the pool's issuer", async () => {
    use(KEYS, { config: `[default]\n${of(first)}` });
    const auth = createAuth({ userPoolId: "us-east-1_OtherPool", clientId: CLIENT });
    await auth.login("theseus", "p");
    await refusal(auth.ready());
    expect(service.operations()).toEqual(["AdminInitiateAuth"]);
    expect(new Set(proxy.tunnels)).toEqual(new Set(["cognito-idp.us-east-1.amazonaws.com:443"]));
  });

  test.each(["ftp://127.0.0.1/", "127.0.0.1:80", "http://S3CRET:S3CRET@[", "http://"])(
    "of a profile that no client could reach are named, and not shown: %s",
    async (endpoint) => {
      use(KEYS, { config: `[default]\nendpoint_url = ${endpoint}\n` });
      const { refused } = await hostOfOurs();
      expect(refused).toContain("endpoint_url of the AWS profile");
      expect(refused).not.toContain("S3CRET");
    },
  );
});

describe("retries", () => {
  const ATTEMPTS = [
    ["no setting", {}, {}, 3],
    ["AWS_MAX_ATTEMPTS=1", { AWS_MAX_ATTEMPTS: "1" }, {}, 1],
    ["AWS_MAX_ATTEMPTS=5", { AWS_MAX_ATTEMPTS: "5" }, {}, 5],
    ["max_attempts in a profile", {}, { config: "[default]\nmax_attempts = 2\n" }, 2],
    [
      "AWS_MAX_ATTEMPTS before a profile",
      { AWS_MAX_ATTEMPTS: "1" },
      { config: "[default]\nmax_attempts = 2\n" },
      1,
    ],
    ["AWS_RETRY_MODE=adaptive", { AWS_RETRY_MODE: "adaptive" }, {}, 3],
  ];

  test.each(ATTEMPTS)("%s: as many requests as SDK v3 sends", async (_title, env, given, count) => {
    use({ ...KEYS, ...env, AWS_ENDPOINT_URL: service.endpoint }, given);
    service.always("AdminGetUser", failure("InternalErrorException", "x", { status: 500 }));
    const error = await refusal(createAuth().fetchUserByUsername("theseus"));
    expect(error.attempts).toBe(count);
    expect(service.requests).toHaveLength(count);
    service.requests.length = 0;
    await sendByV3(poolId());
    expect(service.requests).toHaveLength(count);
  });

  test("an option goes before AWS_MAX_ATTEMPTS, which has the option's upper limit", async () => {
    use({ ...KEYS, AWS_MAX_ATTEMPTS: "5000", AWS_ENDPOINT_URL: service.endpoint });
    const throttled = failure("TooManyRequestsException", "x");
    service.always("AdminGetUser", {
      ...throttled,
      headers: { ...throttled.headers, "retry-after": "0" },
    });
    const ask = (options) => refusal(createAuth(options).fetchUserByUsername("theseus"));
    expect((await ask({ maxAttempts: 2 })).attempts).toBe(2);
    expect((await ask()).attempts).toBe(10);
  });

  /** The modes of retries in the header `user-agent`: `m/E` is the standard one, `m/F` the adaptive one. */
  const modes = () =>
    service.requests.map(({ headers }) => {
      const agent = `${headers["user-agent"]} ${headers["x-amz-user-agent"]}`;
      const metrics = [...agent.matchAll(/(?:^| )m\/(\S+)/g)].flatMap(([, list]) =>
        list.split(","),
      );
      return [...new Set(metrics.filter((metric) => "EF".includes(metric)))].join();
    });

  test.each([
    ["standard", "E"],
    ["adaptive", "F"],
  ])("AWS_RETRY_MODE=%s, and in a profile, is the mode of SDK v3", async (mode, metric) => {
    const places = [
      [{ AWS_RETRY_MODE: mode }, {}],
      [{}, { config: `[default]\nretry_mode = ${mode}\n` }],
    ];
    for (const [env, given] of places) {
      use({ ...KEYS, ...env, AWS_ENDPOINT_URL: service.endpoint }, given);
      await createAuth().fetchUserByUsername("theseus");
      await sendByV3(poolId());
    }
    expect(modes()).toEqual([metric, metric, metric, metric]);
  });

  test("AWS_RETRY_MODE=legacy, of older SDKs, is the standard mode", async () => {
    use({ ...KEYS, AWS_RETRY_MODE: "legacy", AWS_ENDPOINT_URL: service.endpoint });
    await createAuth().fetchUserByUsername("theseus");
    expect(modes()).toEqual(["E"]);
  });
});

describe("a malformed value is named and not shown, and nothing is sent", () => {
  const ROWS = [
    ["AWS_USE_FIPS_ENDPOINT", "use_fips_endpoint", ["yes", "1", "S3CRET"]],
    ["AWS_USE_DUALSTACK_ENDPOINT", "use_dualstack_endpoint", ["on", "0", "S3CRET"]],
    ["AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "ignore_configured_endpoint_urls", ["S3CRET"]],
    ["AWS_MAX_ATTEMPTS", "max_attempts", ["0", "-1", "1.5", "three", "S3CRET"]],
    ["AWS_RETRY_MODE", "retry_mode", ["fast", "S3CRET"]],
  ];
  const cases = ROWS.flatMap(([variable, property, values]) =>
    values.map((value) => ({ variable, property, value })),
  );

  test.each(cases)("$variable=$value", async ({ variable, property, value }) => {
    const places = [
      [{ [variable]: value }, {}],
      [{}, { config: `[default]\n${property} = ${value}\n` }],
    ];
    for (const [env, given] of places) {
      use({ ...KEYS, ...env, AWS_ENDPOINT_URL: service.endpoint }, given);
      const auth = createAuth();
      for (const call of [
        auth.login("theseus", "p"),
        auth.createCognitoUser("theseus", "p", "a@b.example", "+14155550100"),
      ]) {
        const error = await refusal(call);
        expect(error).toMatchObject({ name: "ConfigError", reason: "config", status: 500 });
        expect(error.message).toContain(variable);
        expect(error.message).toContain(property);
        expect(error.message).not.toContain("S3CRET");
      }
      if (env[variable] === undefined) continue;
      delete process.env[variable];
      expect(await auth.login("theseus", "p")).toBe("header.payload.sig");
      service.clear();
    }
    expect(service.requests).toEqual([]);
  });

  test("an empty one is none", async () => {
    const empty = Object.fromEntries(ROWS.map(([variable]) => [variable, ""]));
    use({ ...KEYS, ...empty, AWS_ENDPOINT_URL: service.endpoint });
    expect(await createAuth().login("theseus", "p")).toBe("header.payload.sig");
  });

  test("verification does not need them", async () => {
    const values = Object.fromEntries(ROWS.map(([variable]) => [variable, "S3CRET"]));
    use({ ...KEYS, ...values });
    const error = await refusal(createAuth().verifyToken("a.b.c"));
    expect(error.name).toBe("JsonWebTokenError");
  });
});
