"use strict";

// examples/web-app in Chromium, in front of an emulator: refused, signed in, forbidden, forged, outage, signed out.
// Run by `npm run test:browser`, with Node's own test runner: Jest knows nothing of it.

const assert = require("node:assert/strict");
const http = require("node:http");
const { after, before, describe, test } = require("node:test");
const { setTimeout: sleep } = require("node:timers/promises");
const { startJwksServer } = require("../../tools/testing/jwks-server");
const { startBrowser } = require("../../tools/browser");
const { environmentWithoutAws, startEmulator } = require("../../tools/emulator");
const { startWebApp } = require("../../tools/example-servers");

const theseus = { username: "theseus", password: "Labyrinth1", phoneNumber: "+14155550101" };
const ariadne = { username: "ariadne", password: "RedThread2", phoneNumber: "+14155550102" };
const COOKIE = "__Host-id-token";
const SIGNED_IN = ["__Host-access-token", COOKIE, "__Host-refresh-token"];
const OUTAGE_DEADLINE_MS = 20_000;

const cleanups = [];
let environment;
let keysAddress;
let site;
let browser;

before(async () => {
  const emulator = await startEmulator();
  cleanups.push(() => emulator.stop());
  const pool = await emulator.createPool();
  const UserPoolId = pool.userPoolId;
  for (const { username: Username, password: Password, phoneNumber: Value } of [theseus, ariadne]) {
    const UserAttributes = [{ Name: "phone_number", Value }];
    await emulator.call("SignUp", { ClientId: pool.clientId, Username, Password, UserAttributes });
    await emulator.call("AdminConfirmSignUp", { UserPoolId, Username });
  }
  const GroupName = "admins";
  await emulator.call("CreateGroup", { UserPoolId, GroupName });
  await emulator.call("AdminAddUserToGroup", { UserPoolId, GroupName, Username: theseus.username });

  environment = { ...environmentWithoutAws(), ...pool.environment };
  keysAddress = `${emulator.endpoint}/${UserPoolId}/.well-known/jwks.json`;
  site = await startWebApp(environment);
  cleanups.push(() => site.stop());
  browser = await startBrowser();
  cleanups.push(() => browser.close());
});

after(async () => {
  for (const clean of cleanups.splice(0).reverse()) {
    await clean();
  }
});

/** A page in a browser that nobody has used before. */
const freshPage = async () => (await browser.context()).page();

async function signIn(page, { username, password }) {
  await page.type("[name=username]", username);
  await page.type("[name=password]", password);
  return page.follow("main button");
}

/** A page of a user who has signed in, and the account that the user was shown. */
async function signedInPage(user) {
  const page = await freshPage();
  await page.goto(`${site.url}/sign-in`);
  const response = await signIn(page, user);
  assert.equal(response.url, `${site.url}/account`);
  return page;
}

const cookieNames = async (page) => (await page.cookies()).map(({ name }) => name).sort();

describe("refused", () => {
  test("everybody sees the public page", async () => {
    const page = await freshPage();
    const { status } = await page.goto(site.url);
    assert.equal(status, 200);
    assert.match(await page.text("main"), /Everybody may read this page/);
    assert.match(await page.text("nav"), /Sign in/);
    assert.deepEqual(page.problems, []);
  });

  for (const path of ["/account", "/admin"]) {
    test(`${path} without a token is the sign-in form`, async () => {
      const page = await freshPage();
      const { status, headers } = await page.goto(site.url + path);
      assert.equal(status, 401);
      assert.match(headers.get("www-authenticate"), /^Bearer realm="/);
      assert.match(headers.get("cache-control"), /no-store/);
      assert.equal(await page.text("h1"), "Please sign in");
    });
  }

  test("the API without a token answers with JSON", async () => {
    const page = await freshPage();
    const { status, headers } = await page.goto(`${site.url}/api/notes`);
    assert.equal(status, 401);
    assert.equal(headers.get("www-authenticate"), 'Bearer realm="notes"');
    assert.equal(JSON.parse(await page.text()).error, "unauthorized");
  });

  test("a wrong password says so, keeps the name and sets no cookie", async () => {
    const page = await freshPage();
    await page.goto(`${site.url}/admin`);
    const { status } = await signIn(page, { ...theseus, password: "Wrong1234" });
    assert.equal(status, 401);
    assert.equal(await page.text("[role=alert]"), "The user name or the password is wrong");
    const values = `[...document.querySelectorAll("main input")].map(({ value }) => value)`;
    assert.deepEqual(await page.evaluate(values), ["/admin", "theseus", ""]);
    assert.deepEqual(await page.cookies(), []);
  });
});

describe("signed in", () => {
  test("the form on the refused page leads to that page", async () => {
    const page = await freshPage();
    await page.goto(`${site.url}/admin`);
    const { status, url } = await signIn(page, theseus);
    assert.equal(status, 200);
    assert.equal(url, `${site.url}/admin`);
    assert.equal(await page.text("#user"), "theseus");
    assert.deepEqual(page.problems, []);
  });

  test("the tokens are in cookies that are for this host alone and that scripts cannot read", async () => {
    const page = await signedInPage(ariadne);
    assert.deepEqual(await cookieNames(page), SIGNED_IN);
    for (const { domain, path, httpOnly, secure, sameSite, session } of await page.cookies()) {
      assert.deepEqual(
        { domain, path, httpOnly, secure, sameSite, session },
        {
          domain: "localhost",
          path: "/",
          httpOnly: true,
          secure: true,
          sameSite: "Lax",
          session: true,
        },
      );
    }
    assert.equal(await page.evaluate("document.cookie"), "");
  });

  test("another browser is not signed in", async () => {
    await signedInPage(ariadne);
    const other = await freshPage();
    assert.equal((await other.goto(`${site.url}/account`)).status, 401);
  });

  test("notes are shown as text, on the page and by the API", async () => {
    const page = await signedInPage(ariadne);
    const note = '<script>document.title = "run"</script> & "thread"';
    await page.type("[name=note]", note);
    const { status, url } = await page.follow("main button");
    assert.equal(status, 200);
    assert.equal(url, `${site.url}/account`);
    assert.equal(await page.text("#notes"), note);
    assert.equal(await page.evaluate("document.title"), "Your account");
    assert.deepEqual(page.problems, []);
    assert.equal((await page.goto(`${site.url}/api/notes`)).status, 200);
    assert.deepEqual(JSON.parse(await page.text()), { notes: [note] });
  });

  test("signed out, the browser is refused again", async () => {
    const page = await signedInPage(ariadne);
    const { url } = await page.follow("nav button");
    assert.equal(url, `${site.url}/`);
    assert.deepEqual(await page.cookies(), []);
    assert.equal((await page.goto(`${site.url}/account`)).status, 401);
  });
});

describe("forbidden", () => {
  test("the administration is not for users outside the group", async () => {
    const page = await signedInPage(ariadne);
    const { status } = await page.goto(`${site.url}/admin`);
    assert.equal(status, 403);
    assert.equal(await page.text("h1"), "You may not do this");
    assert.deepEqual(await cookieNames(page), SIGNED_IN);
  });

  test("a member of the group finds a user, and reads that another does not exist", async () => {
    const page = await signedInPage(theseus);
    await page.goto(`${site.url}/admin`);
    const find = async (username) => {
      await page.evaluate('document.querySelector("[name=by]").value = "username"');
      await page.type("[name=value]", username);
      return page.follow("main button");
    };
    assert.equal((await find(ariadne.username)).status, 200);
    assert.match(await page.text("#found"), /\+14155550102/);
    await page.follow('main a[href="/admin"]');
    assert.equal((await find("minos")).status, 404);
    assert.equal(await page.text("[role=alert]"), "There is no such user.");
  });
});

describe("forged", () => {
  let server;
  let port;
  let form;
  before(async () => {
    server = http.createServer((_request, response) => {
      response.writeHead(200, { "content-type": "text/html" }).end(form);
    });
    await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
    ({ port } = server.address());
  });
  after(() => {
    server.close();
    server.closeAllConnections();
  });

  /** What the site answers to a form of another server's page. */
  async function submitFrom(host, page, path, fields) {
    const inputs = Object.entries(fields).map(
      ([name, value]) => `<input type="hidden" name="${name}" value="${value}">`,
    );
    form = `<!doctype html><title>Another</title>
      <form method="post" action="${site.url}${path}">${inputs.join("")}<button>Win</button></form>`;
    await page.goto(`http://${host}:${port}/`);
    return page.follow("button");
  }

  // The browser sends the cookie from another port of the same host: SameSite does not look at ports.
  test("a form on another port of this host, with the cookie, changes nothing", async () => {
    const page = await signedInPage(theseus);
    const { status } = await submitFrom("localhost", page, "/account", { note: "forged" });
    assert.equal(status, 403);
    await page.goto(`${site.url}/account`);
    assert.equal(await page.text("#notes"), "");
  });

  test("the API refuses it too, which has no check but that of auth.middleware", async () => {
    const page = await signedInPage(theseus);
    const { status } = await submitFrom("localhost", page, "/api/notes", { note: "forged" });
    assert.equal(status, 403);
  });

  test("another host's form comes without the cookie", async () => {
    const page = await signedInPage(theseus);
    const { status } = await submitFrom("127.0.0.1", page, "/api/notes", { note: "forged" });
    assert.equal(status, 401);
  });

  for (const host of ["localhost", "127.0.0.1"]) {
    test(`a page of ${host}'s other port cannot sign the browser in, or out`, async () => {
      const page = await freshPage();
      const { username, password } = ariadne;
      const first = await submitFrom(host, page, "/sign-in", { username, password });
      assert.equal(first.status, 403);
      assert.deepEqual(await page.cookies(), []);

      await page.goto(`${site.url}/sign-in`);
      await signIn(page, theseus);
      assert.equal((await submitFrom(host, page, "/sign-in", { username, password })).status, 403);
      assert.equal((await submitFrom(host, page, "/sign-out", {})).status, 403);
      await page.goto(`${site.url}/account`);
      assert.equal(await page.text("#user"), "theseus");
    });
  }
});

describe("outage", () => {
  test("without keys the site answers 503, shows its public page, and recovers", async () => {
    const { keys } = await (await fetch(keysAddress)).json();
    const keyServer = await startJwksServer(...keys);
    keyServer.fail("status", 500);
    // A second process of the site, which has no keys yet. The browser sends it the same cookie.
    const second = await startWebApp({ ...environment, COGNITO_JWKS_URI: keyServer.url });
    try {
      const page = await signedInPage(theseus);
      let response = await page.goto(`${second.url}/account`);
      assert.equal(response.status, 503);
      assert.ok(Number(response.headers.get("retry-after")) >= 1);
      assert.equal(await page.text("h1"), "Not available at the moment");
      assert.match(await page.text("[role=alert]"), /Try again in \d+ s\.$/);
      assert.deepEqual(await cookieNames(page), SIGNED_IN);

      assert.equal((await page.goto(`${second.url}/api/notes`)).status, 503);
      assert.equal((await page.goto(`${second.url}/`)).status, 200);

      keyServer.heal();
      response = await page.goto(`${second.url}/account`);
      const deadline = Date.now() + OUTAGE_DEADLINE_MS;
      while (response.status === 503 && Date.now() < deadline) {
        await sleep(Number(response.headers.get("retry-after")) * 1_000);
        response = await page.reload();
      }
      assert.equal(response.status, 200);
      assert.equal(await page.text("#user"), "theseus");
    } finally {
      await second.stop();
      await keyServer.stop();
    }
  });
});
