"use strict";

// The administration, by the real server with its two processes, in front of a test pool. Run it with
// `node --test examples/web-app/admin.test.js`.

const assert = require("node:assert/strict");
const { after, before, describe, test } = require("node:test");
const { alertOf, titleOf } = require("./for-tests/browser");
const { noticeOf, startServer } = require("./for-tests/server");

const PASSWORD = "Labyrinth1";
const EVIL = `"><script>alert('&')</script>`;
const ESCAPED = "&quot;&gt;&lt;script&gt;alert(&#39;&amp;&#39;)&lt;/script&gt;";
const LONG = "x".repeat(129);

const userWith = (username, more) => ({
  username,
  password: PASSWORD,
  attributes: { email: `${username}@example.com` },
  ...more,
});
const CROWD = Array.from({ length: 40 }, (_, at) => userWith(`crowd${at}`));
const USERS = [
  userWith("theseus", { groups: ["admins", "heroes"] }),
  userWith("ariadne"),
  userWith("minos"),
  userWith("talos"),
  userWith("icarus"),
  ...["pasiphae", "europa", "aegeus", "glaucus"].map((username) =>
    userWith(username, { groups: ["admins"] }),
  ),
  userWith("twin1", { attributes: { email: "twin@example.com" } }),
  userWith("twin2", { attributes: { email: "twin@example.com" } }),
  userWith(EVIL, { attributes: { nickname: EVIL } }),
  ...CROWD,
];

let site;
/** Of theseus. */
let browser;
before(async () => {
  site = await startServer({ users: USERS, aliases: ["preferred_username"] });
  browser = await browserOf("theseus");
});
after(async () => assert.equal(await site.stop(), ""));

async function browserOf(username) {
  const other = site.openBrowser();
  assert.equal((await other.signIn(username)).status, 303);
  return other;
}

const userOf = (username) => site.pool.users.get(username);
const subOf = (username) => userOf(username).attributes.sub;
const changes = () => {
  const reading = /^(Admin)?(Get|List)|^keys$|AdminInitiateAuth/;
  return site.pool.requests.filter(({ operation }) => !reading.test(operation)).length;
};

/** Sends the form of an action, as the page of the user has it. */
const act = (action, username, fields = {}, by = browser) =>
  by.ask("POST", `/admin/user/${action}`, { user: username, sub: subOf(username), ...fields });

const show = (username) =>
  browser.ask("GET", `/admin/user?${new URLSearchParams({ name: username })}`);

describe("the list", () => {
  test("shows a page of users, and leads to the next, in either process", async () => {
    const names = [];
    let path = "/admin";
    while (path !== undefined) {
      const lists = () => site.pool.requests.filter(({ operation }) => operation === "ListUsers");
      const before = lists().length;
      const { status, text } = await browser.ask("GET", path);
      assert.equal(status, 200);
      assert.equal(lists().length, before + 1);
      const found = [...text.matchAll(/href="\/admin\/user\?name=([^"]*)"/g)];
      assert.ok(found.length <= 20);
      names.push(...found.map(([, name]) => new URLSearchParams(`n=${name}`).get("n")));
      path = /id="next" href="([^"]*)"/.exec(text)?.[1];
    }
    assert.deepEqual(names, [...site.pool.users.keys()]);
    assert.deepEqual([...new Set(browser.processes)].sort(), ["1", "2"]);
  });

  test("an address that was changed shows the first page, with the reason", async () => {
    const answer = await browser.ask("GET", "/admin?after=elsewhere");
    assert.equal(answer.status, 400);
    assert.notEqual(alertOf(answer), undefined);
    assert.match(answer.text, /name=theseus"/);
  });
});

describe("finding", () => {
  const find = (query) => browser.ask("GET", `/admin/find?${new URLSearchParams(query)}`);

  test("by e-mail address or by user name: the page of the user", async () => {
    for (const query of [
      { by: "email", value: " ariadne@example.com " },
      { by: "username", value: "ariadne" },
    ]) {
      const { status, location } = await find(query);
      assert.deepEqual([status, location], [303, "/admin/user?name=ariadne"]);
    }
    const page = await show("ariadne");
    assert.equal(titleOf(page), "ariadne");
    assert.match(page.text, /<dt>email_verified<\/dt><dd>true<\/dd>/);
  });

  const WRONG = [
    ["nobody", { by: "email", value: "nobody@example.com" }, 404],
    ["several", { by: "email", value: "twin@example.com" }, 409],
    ["a part of an address", { by: "email", value: "ariadne@" }, 404],
    ["another attribute", { by: "sub", value: "x" }, 400],
    ["a member of Object", { by: "constructor", value: "x" }, 400],
    ["nothing", {}, 400],
    ["a blank", { by: "email", value: " " }, 400],
    ["HTML", { by: "username", value: `${EVIL}x` }, 404],
  ];
  for (const [title, query, expected] of WRONG) {
    test(`${title}: ${expected}`, async () => {
      const answer = await find(query);
      assert.equal(answer.status, expected);
      assert.equal(titleOf(answer), "Administration");
      assert.notEqual(alertOf(answer), undefined);
      assert.doesNotMatch(answer.text, /<script/);
    });
  }
});

describe("a user", () => {
  test("who does not exist: the list, and the reason", async () => {
    for (const [username, expected] of [
      ["nobody", 404],
      [LONG, 400],
      ["", 400],
      ["a b", 400],
    ]) {
      const answer = await show(username);
      assert.equal(answer.status, expected, username);
      assert.equal(titleOf(answer), "Administration");
      assert.notEqual(alertOf(answer), undefined);
    }
  });

  test("with HTML in the name and in attributes is shown as text", async () => {
    const pages = [await show(EVIL), await browser.ask("GET", "/admin")];
    assert.ok(pages[0].text.includes(`<dd>${ESCAPED}</dd>`));
    for (const { text } of pages) {
      assert.ok(text.includes(ESCAPED));
      assert.ok(!text.includes("<script"));
    }
  });

  test("is disabled, and enabled again", async () => {
    const done = await act("disable", "ariadne");
    assert.deepEqual([done.status, done.location], [303, "/admin/user?name=ariadne&notice=done"]);
    assert.equal(userOf("ariadne").enabled, false);
    const page = await browser.ask("GET", done.location);
    assert.equal(noticeOf(page), "Done.");
    assert.match(page.text, /CONFIRMED, disabled/);
    assert.doesNotMatch(page.text, /user\/disable"/);
    assert.equal((await site.openBrowser().signIn("ariadne")).status, 403);
    await act("enable", "ariadne");
    await browserOf("ariadne");
  });

  test("is added to a group, and removed", async () => {
    await act("add", "ariadne", { group: "heroes" });
    assert.match((await show("ariadne")).text, /<li>heroes /);
    await act("remove", "ariadne", { group: "heroes" });
    assert.doesNotMatch((await show("ariadne")).text, /<li>heroes /);
    const missing = await act("add", "ariadne", { group: "nowhere" });
    assert.equal(missing.status, 404);
    assert.equal(alertOf(missing), "There is no such group");
    assert.equal(titleOf(missing), "ariadne");
  });

  test("has to choose a new password, and is led to the form", async () => {
    const { location } = await act("reset", "minos");
    assert.match(location, /notice=done/);
    assert.equal(
      (await site.openBrowser().signIn("minos")).location,
      "/reset?notice=reset-required",
    );
    userOf("talos").attributes.email_verified = "false";
    const refused = await act("reset", "talos");
    assert.equal(refused.status, 400);
    assert.match(alertOf(refused), /no verified address/);
  });

  test("is signed out everywhere", async () => {
    const other = await browserOf("icarus");
    assert.equal((await other.ask("GET", "/profile")).status, 200);
    await act("sign-out", "icarus");
    assert.equal((await other.ask("GET", "/profile")).status, 401);
  });

  test("is invited, invited again, and signs in", async () => {
    const invite = (fields) => browser.ask("POST", "/admin/invite", fields);
    const who = { username: "phaedra", email: "phaedra@example.com" };
    const { location } = await invite(who);
    assert.equal(location, "/admin/user?name=phaedra&notice=invited");
    const first = site.pool.outbox.at(-1);
    assert.equal(first.to, "phaedra@example.com");
    assert.match((await show("phaedra")).text, /FORCE_CHANGE_PASSWORD/);
    await act("invite", "phaedra");
    const { temporaryPassword } = site.pool.outbox.at(-1);
    assert.notEqual(temporaryPassword, first.temporaryPassword);
    const other = site.openBrowser();
    assert.equal(titleOf(await other.signIn("phaedra", temporaryPassword)), "Choose a password");
    assert.equal((await other.answer("New-Labyrinth2")).status, 303);

    const again = await act("invite", "phaedra");
    assert.equal(again.status, 403);
    assert.equal(alertOf(again), "This user has a password already.");
    const taken = await invite(who);
    assert.equal(taken.status, 409);
    assert.equal(alertOf(taken), "There is such a user already.");
    for (const fields of [{}, { ...who, username: LONG }, { ...who, email: "" }]) {
      assert.equal((await invite(fields)).status, 400);
    }
  });

  test("is deleted, if the name is typed, and the notes with it", async () => {
    const other = await browserOf("talos");
    await other.ask("POST", "/account", { note: "a note of mine" });
    const wrong = await act("delete", "talos", { confirm: "minos" });
    assert.equal(wrong.status, 400);
    assert.match(alertOf(wrong), /Nothing was deleted/);
    assert.equal((await act("delete", "talos")).status, 400);
    assert.ok(site.pool.users.has("talos"));
    const done = await act("delete", "talos", { confirm: "talos" });
    assert.equal(done.location, "/admin?notice=user-deleted");
    assert.equal(site.pool.users.has("talos"), false);
    assert.doesNotMatch((await other.ask("GET", "/account")).text, /a note of mine/);
    const gone = await browser.ask("POST", "/admin/user/disable", { user: "talos", sub: "x" });
    assert.equal(gone.status, 404);
    assert.equal(titleOf(gone), "Administration");
  });

  test("whose name is somebody else's by now is left alone", async () => {
    const sub = subOf("icarus");
    site.pool.users.delete("icarus");
    site.pool.addUser(userWith("icarus"));
    const before = changes();
    const fields = { user: "icarus", sub, group: "admins" };
    const answer = await browser.ask("POST", "/admin/user/add", fields);
    assert.equal(answer.status, 409);
    assert.match(alertOf(answer), /Somebody else has this user name now/);
    assert.equal(changes(), before);
  });
});

describe("an administrator's own account", () => {
  const LOCKING = [
    ["disable", {}],
    ["delete", { confirm: "theseus" }],
    ["remove", { group: "admins" }],
  ];
  for (const [action, fields] of LOCKING) {
    test(`${action} is refused, by whichever name`, async () => {
      userOf("theseus").attributes.preferred_username = "captain";
      const before = changes();
      for (const user of ["theseus", subOf("theseus"), "captain"]) {
        const answer = await act(action, "theseus", { ...fields, user });
        assert.equal(answer.status, 403, user);
        assert.match(alertOf(answer), /would lock you out/);
      }
      assert.equal(changes(), before);
      assert.equal(userOf("theseus").enabled, true);
    });
  }

  test("what does not lock out is done", async () => {
    const { status, location } = await act("remove", "theseus", { group: "heroes" });
    assert.deepEqual([status, location], [303, "/admin/user?name=theseus&notice=done"]);
    assert.deepEqual(userOf("theseus").groups, ["admins"]);
  });

  test("another administrator may", async () => {
    await act("add", "ariadne", { group: "admins" });
    const other = await browserOf("ariadne");
    assert.equal((await act("disable", "theseus", {}, other)).status, 303);
    assert.equal(userOf("theseus").enabled, false);
    await act("enable", "theseus", {}, other);
    await act("remove", "ariadne", { group: "admins" });
    browser = await browserOf("theseus");
  });
});

describe("an administrator no longer", () => {
  const ENDS = [
    ["removed from the group", "pasiphae", (user) => user.groups.splice(0)],
    ["disabled", "europa", (user) => Object.assign(user, { enabled: false })],
    ["deleted", "aegeus", ({ username }) => site.pool.users.delete(username)],
    [
      "followed by another user of this name",
      "glaucus",
      ({ attributes }) => {
        attributes.sub = "x";
      },
    ],
  ];
  for (const [title, username, end] of ENDS) {
    test(`${title}: nothing, although the token is still good`, async () => {
      const former = await browserOf(username);
      end(userOf(username));
      const before = changes();
      const answers = [
        await former.ask("GET", "/admin"),
        await act("disable", "crowd1", {}, former),
        await former.ask("POST", "/admin/invite", { username: "eve", email: "eve@example.com" }),
      ];
      for (const answer of answers) {
        assert.equal(answer.status, 403);
        assert.equal(alertOf(answer), "You are not an administrator any more.");
      }
      assert.equal(changes(), before);
    });
  }
});

describe("others", () => {
  const REQUESTS = [
    ["GET", "/admin"],
    ["GET", "/admin/find?by=username&value=minos"],
    ["GET", "/admin/user?name=minos"],
    ["POST", "/admin/invite", { username: "eve", email: "eve@example.com" }],
    ...["enable", "disable", "add", "remove", "reset", "sign-out", "invite", "delete"].map(
      (action) => [
        "POST",
        `/admin/user/${action}`,
        { user: "minos", confirm: "minos", group: "admins" },
      ],
    ),
  ];
  for (const [method, path, fields] of REQUESTS) {
    test(`${method} ${path}: 403 for a member, 401 for a visitor, 403 from another site`, async () => {
      const full = fields && { ...fields, sub: subOf("minos") };
      const member = site.openBrowser();
      member.jar.set("__Host-id-token", site.pool.idToken("minos"));
      const sent = site.pool.requests.length;
      assert.equal((await member.ask(method, path, full)).status, 403);
      const visitor = await site.openBrowser().ask(method, path, full);
      assert.equal(visitor.status, 401);
      assert.match(visitor.text, /name="returnTo" value="\/admin"/);
      if (method === "POST") {
        for (const headers of [
          { origin: "https://example.com" },
          { "sec-fetch-site": "same-site" },
        ]) {
          assert.equal((await browser.ask(method, path, full, headers)).status, 403);
        }
        assert.equal((await browser.ask("GET", path)).status, 405);
      }
      assert.equal(site.pool.requests.length, sent);
    });
  }

  const MISSING = [{}, { user: "minos" }, { sub: "x" }, { user: LONG, sub: "x" }];
  for (const fields of MISSING) {
    test(`an action with ${JSON.stringify(fields).slice(0, 20)}: 400`, async () => {
      const before = changes();
      for (const action of ["disable", "add", "delete"]) {
        const answer = await browser.ask("POST", `/admin/user/${action}`, fields);
        assert.equal(answer.status, 400);
      }
      assert.equal(changes(), before);
    });
  }
});
