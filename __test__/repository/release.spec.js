"use strict";

// What is published, and when nothing is: scripts/release-packages.js with npm itself and a registry on this machine.

const { execFile } = require("node:child_process");
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");
const { missingOf, packagesOf, publish } = require("../../scripts/release-packages");
const { npm } = require("../../tools/npm");
const { startNpmRegistry } = require("../support/npm-registry");
const root = require("../../tools/root");

const NAMES = ["thing-linux", "thing-windows", "thing"];
const VERSION = "1.2.3";

let folder;
let packages;
beforeAll(async () => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "release-"));
  packages = NAMES.map((name) => ({
    name,
    version: VERSION,
    file: path.join(folder, `${name}-${VERSION}.tgz`),
    isMain: name === "thing",
  }));
  for (const { name, version } of packages) {
    const source = path.join(folder, name);
    fs.mkdirSync(source);
    fs.writeFileSync(path.join(source, "package.json"), JSON.stringify({ name, version }));
    const options = ["--silent", "--no-update-notifier", "--pack-destination", folder];
    await npm(["pack", ...options], { cwd: source });
  }
});
afterAll(() => {
  fs.rmSync(folder, { recursive: true, force: true });
});

let registry;
let options;
beforeEach(async () => {
  registry = await startNpmRegistry();
  for (const name of NAMES) registry.packages.set(name, { name, versions: {} });
  const userconfig = path.join(folder, ".npmrc");
  fs.writeFileSync(userconfig, `${registry.url.replace("http:", "")}:_authToken=token\n`);
  const npmOptions = ["--userconfig", userconfig, "--silent", "--no-update-notifier"];
  options = { npmOptions, deadlineMs: 0 };
});
afterEach(() => registry.stop());

const release = (others) => publish(packages, registry.url, { ...options, ...others });

/** Makes `name` a package whose version has other contents than ours. */
function publishAsStranger(name) {
  const dist = { integrity: `sha512-${Buffer.alloc(64).toString("base64")}` };
  registry.packages.set(name, { name, versions: { [VERSION]: { dist } } });
}

test("publishes the platforms' packages first, and a second time nothing", async () => {
  expect(await missingOf(packages, registry.url)).toEqual(packages);
  await release();
  expect(registry.published).toEqual(NAMES);
  expect(await missingOf(packages, registry.url)).toEqual([]);
  await release();
  expect(registry.published).toEqual(NAMES);
});

test("with `platforms` the main package waits", async () => {
  await release({ platforms: true });
  expect(registry.published).toEqual(NAMES.slice(0, 2));
  await release();
  expect(registry.published).toEqual(NAMES);
});

test.each(NAMES)("publishes nothing if another's %s has the version", async (name) => {
  publishAsStranger(name);
  await expect(release()).rejects.toThrow(`${name}@${VERSION}: other contents are published`);
  expect(registry.published).toEqual([]);
});

test("publishes nothing if a name is not reserved", async () => {
  registry.packages.delete("thing-windows");
  await expect(release()).rejects.toThrow(/^thing-windows@1.2.3: the name is not reserved/);
  expect(registry.published).toEqual([]);
});

test("publishes nothing if the registry gives no answer about a package", async () => {
  registry.failures.set("GET thing-windows", 500);
  await expect(release()).rejects.toThrow("thing-windows@1.2.3: the registry answered 500");
  expect(registry.published).toEqual([]);
});

test("publishes nothing if a tarball is missing", async () => {
  const lost = packages.map((one) => ({ ...one, file: one.file.replace("windows", "macos") }));
  await expect(publish(lost, registry.url, options)).rejects.toThrow(
    "thing-windows@1.2.3: there is no thing-macos-1.2.3.tgz",
  );
  expect(registry.published).toEqual([]);
});

test("reports the problems of all packages", async () => {
  for (const name of NAMES) publishAsStranger(name);
  await expect(release()).rejects.toThrow(/thing-linux@.*\nthing-windows@.*\nthing@/);
});

test("the main package is not published if a platform's is refused", async () => {
  registry.failures.set("PUT thing-windows", 403);
  await expect(release()).rejects.toThrow("npm publish failed for thing-windows@1.2.3");
  expect(registry.published).toEqual(["thing-linux"]);
});

test("the main package is not published while a platform's is not listed", async () => {
  registry.hidden.add("thing-linux");
  await expect(release()).rejects.toThrow("the registry does not list thing-linux@1.2.3");
  expect(registry.published).toEqual(["thing-linux", "thing-windows"]);
});

test("with `attested` a version without an attestation stops the release before the main package", async () => {
  await expect(release({ attested: true })).rejects.toThrow(/without a provenance attestation/);
  expect(registry.published).toEqual(NAMES.slice(0, 2));
});

test("with `attested` attested versions are published", async () => {
  registry.attests = true;
  await release({ attested: true });
  expect(registry.published).toEqual(NAMES);
});

test("a release has nine packages, the main one last", () => {
  const all = packagesOf("folder");
  expect(all.length).toBe(9);
  expect(all.filter(({ isMain }) => isMain)).toEqual([all[8]]);
  expect(all[8].name).toBe("cognito-auth-native");
  expect(new Set(all.map(({ version }) => version)).size).toBe(1);
});

test("the job that publishes checks out all that the script requires", () => {
  const workflow = fs.readFileSync(path.join(root, ".github", "workflows", "release.yml"), "utf8");
  const [, list] = /sparse-checkout: \|\n((?: +\/\S+\n)+)/.exec(workflow);
  const checkedOut = list.trim().split(/\s+/);
  const visit = (file) => {
    expect(checkedOut).toContain(`/${path.relative(root, file).replaceAll(path.sep, "/")}`);
    for (const [, name] of fs.readFileSync(file, "utf8").matchAll(/require\("([^"]+)"\)/g)) {
      if (name.startsWith(".")) visit(require.resolve(path.resolve(path.dirname(file), name)));
      else expect(name).toMatch(/^node:/);
    }
  };
  visit(path.join(root, "scripts", "release-packages.js"));
  expect(checkedOut).toEqual(expect.arrayContaining(["/package.json", "/npm/"]));
});

test("the command reports what is wrong, and publishes nothing", async () => {
  const script = path.join(root, "scripts", "release-packages.js");
  const env = { ...process.env, npm_config_registry: registry.url };
  const command = (...args) =>
    new Promise((resolve) => {
      execFile(process.execPath, [script, ...args], { env }, (error, _stdout, stderr) => {
        resolve({ code: error?.code, stderr });
      });
    });
  for (const args of [[], ["release", folder], ["check"], ["check", folder, "more"]]) {
    expect(await command(...args)).toEqual({ code: 1, stderr: expect.stringContaining("usage:") });
  }
  const { code, stderr } = await command("publish", folder, "--platforms", "--", "--tag", "next");
  expect(code).toBe(1);
  expect(stderr.trim().split("\n")).toHaveLength(9);
  expect(stderr).toMatch(
    /cognito-auth-native-darwin-arm64@\S+: there is no cognito-auth-native-.*tgz/,
  );
  expect(registry.published).toEqual([]);
});
