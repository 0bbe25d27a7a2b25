"use strict";

// users.list over many pages: a page is fetched when the one before is used up, and not kept longer.

const { createAuth } = require("../..");
const { startServiceServer } = require("../../tools/testing/service-server.js");
const { evaluate } = require("../support/child.js");

const PAGE = 60;

let service;
beforeAll(async () => {
  service = await startServiceServer();
});
afterAll(() => service.stop());
beforeEach(() => service.clear());

/** Serves so many pages of users whose names begin with the number of their page, from 1. */
function servePages(pages) {
  service.always("ListUsers", ({ body: { PaginationToken = "1" } }) => {
    const page = Number(PaginationToken);
    const Users = Array.from({ length: PAGE }, (_, index) => ({
      Username: `${page}-${index}`,
      Attributes: [{ Name: "sub", Value: `sub-${page}-${index}` }],
      Enabled: true,
      UserStatus: "CONFIRMED",
    }));
    return { body: { Users, ...(page < pages && { PaginationToken: String(page + 1) }) } };
  });
}

test("an iterator does not run ahead of a slow consumer", async () => {
  servePages(5);
  const { users } = createAuth(service.options);
  const ahead = [];
  for await (const { username } of users.list()) {
    // A call and its answer: a page that was asked for meanwhile would have arrived at the server too.
    if (username.endsWith("-0")) await users.get("somebody");
    ahead.push(service.of("ListUsers").length - Number(username.split("-")[0]));
  }
  expect(ahead).toEqual(Array(5 * PAGE).fill(0));
});

/**
 * Lists 60,000 users in a process of its own: how many there were, and how many of them were in memory at most, as counted each
 * time that 20 pages have been read. `each` is what the loop does with a user.
 */
const mostInMemory = (each) =>
  evaluate(
    `require("node:v8").setFlagsFromString("--expose-gc");
    const gc = require("node:vm").runInNewContext("gc");
    const { setImmediate: turn } = require("node:timers/promises");
    const { createAuth } = require(".");
    const { users } = createAuth(${JSON.stringify(service.options)});
    const seen = [];
    const kept = [];
    let most = 0;
    async function list() {
      let count = 0;
      for await (const user of users.list()) {
        count += 1;
        seen.push(new WeakRef(user));
        ${each};
        if (count % ${20 * PAGE} === 1) await look();
      }
      return count;
    }
    // What a WeakRef was asked for lives until the turn has ended.
    async function look() {
      await turn();
      gc();
      await turn();
      gc();
      most = Math.max(most, seen.filter((reference) => reference.deref() !== undefined).length);
    }
    list().then((count) => console.log(JSON.stringify({ count, most, kept: kept.length })));`,
    { seconds: 120 },
  );

test("of 60,000 users at most two pages are in memory", async () => {
  servePages(1000);
  const { count, most } = await mostInMemory("");
  expect(count).toBe(60_000);
  expect(most).toBeGreaterThanOrEqual(1);
  expect(most).toBeLessThanOrEqual(2 * PAGE);
}, 150_000);

test("a consumer that keeps its users is noticed by this count", async () => {
  servePages(100);
  const { count, most, kept } = await mostInMemory("kept.push(user)");
  expect([count, kept]).toEqual([6000, 6000]);
  expect(most).toBeGreaterThan(4000);
}, 150_000);
