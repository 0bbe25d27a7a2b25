"use strict";

// What the documents say: their links lead somewhere, their code is JavaScript, the names in their tables are ours, and
// the Lambda authorizer that they show does what they say.

const fs = require("node:fs");
const path = require("node:path");
const { contract, reasons } = require("../../tools/contract");
const { blocksOf, guides } = require("../../tools/docs/blocks.js");
const { generated } = require("../../tools/generated.js");
const accountsTable = require("../../tools/accounts/table.js");
const reasonsTable = require("../../tools/reasons/table.js");
const { ROOT, evaluate, run } = require("../support/child.js");
const { startJwksServer } = require("../../tools/testing/jwks-server.js");
const {
  CLIENT,
  POOL,
  REGION,
  idClaims,
  jwk,
  now,
  rsaPair,
  sign,
} = require("../../tools/testing/tokens.js");

const read = (name) => fs.readFileSync(path.join(ROOT, name), "utf8");

const NOT_OURS = new Set(["node_modules", "target"]);

/** Every Markdown file of the repository, by its path in it. */
function markdownFiles(folder = "") {
  return fs.readdirSync(path.join(ROOT, folder), { withFileTypes: true }).flatMap((entry) => {
    const name = path.posix.join(folder, entry.name);
    if (entry.isDirectory()) {
      return NOT_OURS.has(entry.name) || entry.name.startsWith(".") ? [] : markdownFiles(name);
    }
    return entry.name.endsWith(".md") ? [name] : [];
  });
}

const FILES = markdownFiles();
const GUIDES = FILES.filter((name) => name === "README.md" || name.startsWith("docs/"));

const FENCE = /^ *```(\w*)\n(.*?)^ *```$/gms;

const withoutBlocks = (text) => text.replace(FENCE, "");

// ---------------------------------------------------------------------------------------------------------------
// Links
// ---------------------------------------------------------------------------------------------------------------

/** The anchors of a file's headings, as GitHub makes them. */
function anchorsOf(text) {
  const seen = new Map();
  return [...withoutBlocks(text).matchAll(/^#{1,6} +(.+)$/gm)].map(([, heading]) => {
    const slug = heading
      .replace(/\[([^\]]*)\]\([^)]*\)/g, "$1")
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, "")
      .trim()
      .replaceAll(" ", "-");
    const before = seen.get(slug) ?? 0;
    seen.set(slug, before + 1);
    return before === 0 ? slug : `${slug}-${before}`;
  });
}

/** Links to places within the repository, without those that stand in code. */
function linksOf(text) {
  const prose = withoutBlocks(text).replace(/`[^`\n]*`/g, "``");
  const inline = [...prose.matchAll(/\]\(([^)\s]+)\)/g)];
  const references = [...prose.matchAll(/^\[[^\]]+\]: +(\S+)/gm)];
  return [...inline, ...references]
    .map(([, target]) => target)
    .filter((target) => !/^[a-z]+:/.test(target));
}

/** What is wrong with a link, or undefined. */
function problemOf(link, from) {
  const [file, anchor] = link.split("#");
  const target = file === "" ? from : path.posix.join(path.posix.dirname(from), file);
  if (!fs.existsSync(path.join(ROOT, target))) return `${from}: ${link}: there is no such file`;
  if (anchor === undefined || !target.endsWith(".md")) return undefined;
  return anchorsOf(read(target)).includes(anchor) ? undefined : `${from}: ${link}: no such heading`;
}

test("links lead to files that are there, and to headings that they have", () => {
  const links = FILES.flatMap((from) => linksOf(read(from)).map((link) => [link, from]));
  expect(links.length).toBeGreaterThan(20);
  expect(links.map(([link, from]) => problemOf(link, from)).filter(Boolean)).toEqual([]);
});

test("links are checked: file, heading, and none in code", () => {
  expect(problemOf("nowhere.md", "README.md")).toMatch(/no such file/);
  expect(problemOf("../README.md#nowhere", "docs/reliability.md")).toMatch(/no such heading/);
  expect(problemOf("../README.md#the-functions", "docs/reliability.md")).toBeUndefined();
  expect(linksOf("[a](b.md) `[c](d.md)`\n\n```md\n[e](f.md)\n```\n[g](https://h)\n")).toEqual([
    "b.md",
  ]);
});

// ---------------------------------------------------------------------------------------------------------------
// Names
// ---------------------------------------------------------------------------------------------------------------

const KNOWING = [contract(), ...["docs/configuration.md", "lib/generated/reasons.js"].map(read)];
const KNOWN = new Set(KNOWING.join(" ").match(/[\w$-]+/g));
const REASONS = new Set(reasons());

/** The cells of the columns that speak of this package: those named so, and those of options and reasons. */
function cellsOfOurs(text) {
  return [...withoutBlocks(text).matchAll(/(?:^\|.*\|\n)+/gm)].flatMap(([table]) => {
    const rows = table
      .trim()
      .split("\n")
      .map((row) => row.split(/(?<!\\)\|/).map((cell) => cell.trim()));
    const [head, , ...body] = rows;
    const ours = head.flatMap((name, at) =>
      /^(this package|option|`?reason`?)$/.test(name) ? [at] : [],
    );
    return body.flatMap((row) => ours.map((at) => row[at] ?? ""));
  });
}

const codeOf = (text) => [...text.matchAll(/`([^`]+)`/g)].map(([, code]) => code);

/** Names in a piece of code that neither the types nor the tables of options know. */
function unknownNames(code) {
  if (/^[a-z]+(-[a-z]+)+$/.test(code)) return REASONS.has(code) ? [] : [code];
  const names = code.replace(/"[^"]*"/g, "").match(/[A-Za-z_$][\w$]*/g) ?? [];
  return names.filter((name) => !KNOWN.has(name));
}

test.each(GUIDES)("%s: our columns name options, functions and reasons that we have", (name) => {
  expect(cellsOfOurs(read(name)).flatMap(codeOf).flatMap(unknownNames)).toEqual([]);
});

test("names are checked", () => {
  const table = "| theirs | this package |\n| --- | --- |\n| `a` | `verify.usage`, `use` |\n";
  expect(cellsOfOurs(table).flatMap(codeOf).flatMap(unknownNames)).toEqual(["usage"]);
  expect(unknownNames("token-stale")).toEqual(["token-stale"]);
  expect(unknownNames("token-expired")).toEqual([]);
});

test("the documents' table of reasons is made from the one in the code", () => {
  expect(read("docs/errors.md")).toContain(generated(reasonsTable.SOURCE, reasonsTable.content));
});

test.each(Object.keys(accountsTable.PARTS))("%s has the tables of the functions", (page) => {
  for (const [source, content] of Object.entries(accountsTable.PARTS[page])) {
    expect(read(page)).toContain(generated(source, content));
  }
});

test.each([
  ["README.md", 120],
  ["ARCHITECTURE.md", 150],
])("%s has at most %i lines", (name, most) => {
  expect(read(name).trimEnd().split("\n").length).toBeLessThanOrEqual(most);
});

/** What STYLE forbids: words that a reader has to translate. */
const UNPLAIN =
  /\b(?:mend(?:s|ed|ing)?|anew|alike|told apart|[Ww]hoever|the way there|its cure)\b/g;

test.each([...GUIDES, "ARCHITECTURE.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md"])(
  "%s: plain words",
  (name) => {
    expect(read(name).match(UNPLAIN) ?? []).toEqual([]);
  },
);

/** What looks like a variable of ours, and is none. */
const OTHERS = new Set(["COGNITO_USER_POOLS", "AWS_CA_BUNDLE", "AWS_SDK_LOAD_CONFIG"]);

test.each(GUIDES)("%s: environment variables are ours", (name) => {
  const code = read("lib/settings/environment.js") + read("lib/generated/variables.js");
  const ours = new Set(code.match(/\b[A-Z]+(_[A-Z]+)+\b/g));
  const named = read(name).match(/\b(?:AWS|COGNITO|USER_POOL)_[A-Z_]+\b/g) ?? [];
  expect(named.filter((variable) => !ours.has(variable) && !OTHERS.has(variable))).toEqual([]);
});

test("commands that the documents name are in package.json", () => {
  const { scripts } = JSON.parse(read("package.json"));
  const texts = [...GUIDES, "CONTRIBUTING.md", "SECURITY.md", "ARCHITECTURE.md"].map(read);
  const named = texts.flatMap((text) => [...text.matchAll(/\bnpm run ([\w:]+)/g)]);
  expect(named.length).toBeGreaterThan(10);
  expect(named.map(([, script]) => script).filter((script) => !(script in scripts))).toEqual([]);
});

// ---------------------------------------------------------------------------------------------------------------
// Code
// ---------------------------------------------------------------------------------------------------------------

test("every block of JavaScript parses", async () => {
  const blocks = guides()
    .flatMap(blocksOf)
    .filter(({ isTyped }) => !isTyped)
    .map(({ file, line, code }) => ({ name: `${file}:${line}`, code }));
  expect(blocks.length).toBeGreaterThan(10);
  // As modules: these may have `import` and `await` at their top, and nothing forbids `require` there.
  const parse = `
    const { SourceTextModule } = require("node:vm");
    const problems = [];
    for (const { name, code } of ${JSON.stringify([...blocks, { name: "wrong", code: "const =" }])}) {
      try {
        new SourceTextModule(code);
      } catch (error) {
        problems.push(name + ": " + error.message + ": " + code.slice(0, 60));
      }
    }
    console.log(JSON.stringify(problems));`;
  const flags = { env: { NODE_OPTIONS: "--experimental-vm-modules" } };
  const problems = await evaluate(parse, flags);
  expect(problems).toEqual([expect.stringMatching(/^wrong: /)]);
});

test("docs/bundlers.md and docs/runtimes.md show the commands that npm run check:world runs", () => {
  const { SHOWN } = require("../../scripts/check-world/environments.js");
  for (const [name, texts] of Object.entries(SHOWN)) {
    for (const text of texts) expect(read(name)).toContain(text);
  }
});

test("docs/bundlers.md and docs/runtimes.md name the versions of npm run check:world", () => {
  const { packages } = JSON.parse(read("scripts/check-world/package-lock.json"));
  const versionOf = (name) => packages[`node_modules/${name}`].version;
  const shown = {
    "docs/bundlers.md": ["next", "webpack", "webpack-cli", "rollup", "esbuild", "postject"],
    "docs/runtimes.md": ["bun", "deno", "@yarnpkg/cli-dist"],
  };
  for (const [name, tools] of Object.entries(shown)) {
    for (const tool of tools) expect(read(name)).toContain(versionOf(tool));
  }
});

// ---------------------------------------------------------------------------------------------------------------
// The Lambda authorizer
// ---------------------------------------------------------------------------------------------------------------

describe("the Lambda authorizer", () => {
  const EVENTS = ["http-api", "rest-token", "rest-request"];
  const STAGE = "arn:aws:execute-api:us-east-1:123456789012:abcdef123/prod/*";
  let server;

  beforeAll(async () => {
    server = await startJwksServer(jwk(rsaPair()));
  });
  afterAll(() => server.stop());

  /** The sample event with this token in place of its own, or without any. */
  function eventWith(kind, token) {
    const text = read(`examples/lambda-authorizer/event-${kind}.json`);
    expect(text).toContain("Bearer ID_TOKEN");
    if (token !== undefined) return JSON.parse(text.replaceAll("ID_TOKEN", token));
    const { authorizationToken: _, ...event } = JSON.parse(text);
    return event.headers ? { ...event, headers: {} } : event;
  }

  /** What the handler makes of these events: answers, and messages of what it throws. */
  async function answersTo(events, env = {}) {
    const source = `
      import { handler } from "./examples/lambda-authorizer/index.mjs";
      const answers = [];
      for (const event of ${JSON.stringify(events)}) {
        answers.push(await handler(event).catch((error) => "throws " + error.message));
      }
      console.log(JSON.stringify(answers));`;
    return run(source, {
      module: true,
      env: {
        AWS_REGION: REGION,
        USER_POOL_ID: POOL,
        COGNITO_CLIENT_ID: CLIENT,
        COGNITO_JWKS_URI: server.url,
        ...env,
      },
    });
  }

  const answersOf = ({ lines }) => JSON.parse(lines.at(-1));

  test("lets a good token through, with who it is", async () => {
    const token = sign();
    const context = { sub: idClaims().sub, username: "theseus" };
    const result = await answersTo(EVENTS.map((kind) => eventWith(kind, token)));
    const policy = {
      principalId: context.sub,
      policyDocument: {
        Version: "2012-10-17",
        Statement: [{ Action: "execute-api:Invoke", Effect: "Allow", Resource: STAGE }],
      },
      context,
    };
    expect(answersOf(result)).toEqual([{ isAuthorized: true, context }, policy, policy]);
    expect(result.stderr).toBe("");
  });

  test.each([
    ["none", () => undefined, "token-missing"],
    ["an expired one", () => sign({ payload: idClaims({ exp: now() - 1 }) }), "token-expired"],
    ["an access token", () => sign({ payload: idClaims({ token_use: "access" }) }), "token-use"],
    ["of a stranger", () => sign({ key: rsaPair("stranger").privateKey }), "token-signature"],
  ])("refuses a token: %s", async (_name, make, reason) => {
    const token = make();
    const result = await answersTo(EVENTS.map((kind) => eventWith(kind, token)));
    const refused = "throws Unauthorized";
    expect(answersOf(result)).toEqual([{ isAuthorized: false }, refused, refused]);
    expect(result.stderr).toContain(reason);
    if (token !== undefined) expect(result.stderr).not.toContain(token.slice(-20));
  });

  test("lets nobody through without keys, and says nothing about the token", async () => {
    server.fail("status", 500);
    try {
      const result = await answersTo(EVENTS.map((kind) => eventWith(kind, sign())));
      expect(answersOf(result)).toEqual(EVENTS.map(() => "throws Authorizer failed"));
      expect(result.stderr).toContain("keys-unavailable");
    } finally {
      server.heal();
    }
  });

  test("does not start without its settings", async () => {
    const result = await answersTo([], { USER_POOL_ID: "" });
    expect(result.code).not.toBe(0);
    expect(result.stderr).toContain("USER_POOL_ID is not set");
  });
});
