"use strict";

// The server's two processes, and what they share. Run it with `node --test examples/web-app/server.test.js`.

const assert = require("node:assert/strict");
const cluster = require("node:cluster");
const { once } = require("node:events");
const path = require("node:path");
const { after, before, describe, test } = require("node:test");
const { startServer } = require("./for-tests/server");
const { ACCESS, BINDING, CHALLENGE, COOKIE, REFRESH } = require("./session");
const { share } = require("./shared");

test("what fails in one process is an error in the one that asked, and ends neither", async () => {
  cluster.setupPrimary({ exec: path.join(__dirname, "for-tests", "caller.js") });
  share(cluster, {
    numbers: {
      double: (number) => number * 2,
      fail(text) {
        throw new TypeError(`${text} is no number`);
      },
    },
  });
  const [code] = await once(cluster.fork(), "exit");
  assert.equal(code, 0);
});

describe("the site", () => {
  let server;
  before(async () => {
    server = await startServer({ users: [{ username: "theseus" }] });
  });
  after(async () => {
    assert.equal(await server.stop(), "");
  });

  test("signs out a browser whose cookies are all as long as they may be", async () => {
    const browser = server.openBrowser();
    for (const name of [COOKIE, ACCESS, REFRESH, CHALLENGE, BINDING]) {
      browser.jar.set(name, "x".repeat(4000));
    }
    const { status } = await browser.ask("POST", "/sign-out", {});
    assert.equal(status, 303);
    assert.equal(browser.jar.size, 0);
  });

  test("refuses a note that no message between processes can carry", async () => {
    const note = "[".repeat(8000) + "]".repeat(8000);
    const response = await fetch(`${server.url}/api/notes`, {
      method: "POST",
      headers: {
        authorization: `Bearer ${server.pool.idToken("theseus")}`,
        "content-type": "application/json",
      },
      body: `{"note":${note}}`,
    });
    assert.equal(response.status, 400);
    assert.equal((await response.json()).error, "invalid_request");
  });
});
