"use strict";

// `npm run demo -- --serve`: the game and the site answer beside each other, and Ctrl-C ends all of it.

const { spawn } = require("node:child_process");
const { once } = require("node:events");
const root = require("../../tools/root");

const SCRIPT = 'require("./scripts/demo/session").play({ serve: true, kind: "cognito-local" });';
const READY = "Ctrl-C ends everything.";
const DEADLINE_MS = 60_000;

let demo;
let said = "";
let site;
let game;
let emulator;
beforeAll(async () => {
  const { PATH, HOME } = process.env;
  const stdio = ["ignore", "pipe", "pipe"];
  demo = spawn(process.execPath, ["-e", SCRIPT], { cwd: root, env: { PATH, HOME }, stdio });
  await new Promise((resolve, reject) => {
    for (const stream of [demo.stdout, demo.stderr]) {
      stream.setEncoding("utf8").on("data", (text) => {
        said += text;
        if (said.includes(READY)) resolve();
      });
    }
    demo.once("exit", () => reject(new Error(`the demo ended: ${said}`)));
  });
  site = said.match(/examples\/web-app: (http\S+)/)[1];
  game = said.match(/application +(http\S+),/)[1];
  emulator = said.match(/cognito-local on (http\S+)/)[1];
}, DEADLINE_MS);
afterAll(() => demo.kill("SIGKILL"));

const ask = (url, init) => fetch(url, { redirect: "manual", ...init });

async function signIn({ username, password }) {
  const headers = { "content-type": "application/json" };
  const body = JSON.stringify({ username, password });
  const response = await ask(`${game}/login`, { method: "POST", headers, body });
  return (await response.json()).idToken;
}

const theseus = { username: "theseus", password: "Labyrinth1" };
const ariadne = { username: "ariadne", password: "RedThread2" };
const bearer = (token) => ({ headers: { authorization: `Bearer ${token}` } });

test("it says who may do what, with passwords that work", async () => {
  for (const { username, password } of [theseus, ariadne]) {
    expect(said).toContain(`${username}, password ${password}: `);
    expect((await signIn({ username, password })).split(".")).toHaveLength(3);
  }
});

test("they are those of the site, too", async () => {
  for (const user of [theseus, ariadne]) {
    const body = new URLSearchParams(user);
    const { status, headers } = await ask(`${site}/sign-in`, { method: "POST", body });
    expect([status, headers.get("location")]).toEqual([303, "/account"]);
    expect(headers.getSetCookie()[0]).toMatch(/^__Host-id-token=ey/);
  }
});

test("a registration is confirmed by the code that it says", async () => {
  const send = async (path, fields) => {
    const body = new URLSearchParams({ username: "minos", ...fields });
    const { headers } = await ask(site + path, { method: "POST", body });
    return headers.get("location");
  };
  const email = "minos@example.com";
  expect(await send("/register", { email, password: "Knossos33" })).toMatch(/^\/register\/code/);
  const [, code] = said.match(/the code of a registration is (\d+)/);
  expect(await send("/register/code", { code })).toMatch(/^\/sign-in/);
  expect(await send("/sign-in", { password: "Knossos33" })).toBe("/account");
});

test("the public page is for everybody, the others are not", async () => {
  const home = await ask(site);
  expect([home.status, home.headers.get("content-type")]).toEqual([
    200,
    expect.stringContaining("text/html"),
  ]);
  expect((await ask(`${site}/account`)).status).toBe(401);
  expect((await ask(`${site}/admin`)).status).toBe(401);
});

test("the API takes a token of the game's sign-in, and refuses requests without one", async () => {
  const refused = await ask(`${site}/api/notes`);
  expect([refused.status, refused.headers.get("www-authenticate")]).toEqual([
    401,
    'Bearer realm="notes"',
  ]);
  const accepted = await ask(`${site}/api/notes`, bearer(await signIn(theseus)));
  expect(accepted.status).toBe(200);
});

test("the admin page is for members of the group", async () => {
  const statusFor = async (user) => (await ask(`${site}/admin`, bearer(await signIn(user)))).status;
  expect(await statusFor(theseus)).toBe(200);
  expect(await statusFor(ariadne)).toBe(403);
});

test("Ctrl-C ends it with 0, and nothing stays behind", async () => {
  const ended = once(demo, "close");
  demo.kill("SIGINT");
  expect(await ended).toEqual([0, null]);
  for (const url of [site, game, emulator]) await expect(ask(url)).rejects.toThrow("fetch failed");
  expect(said).not.toContain("failed");
});
