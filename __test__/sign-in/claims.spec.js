"use strict";

// What proves a password (SRP), by the arithmetic of AWS's own client: tests/data has claims that it made, and tests/srp.rs compares the
// addon's with them. Here the client makes them again.

const { execFileSync } = require("node:child_process");
const DateHelper = require("amazon-cognito-identity-js/lib/DateHelper").default;

const FILES = ["srp-clients.json", "srp.json"].map((name) =>
  require.resolve(`../../tests/data/${name}`),
);
const CLAIMS = FILES.flatMap((file) => require(file));

let made;
beforeAll(() => {
  const script = require.resolve("../support/aws-claims.js");
  made = JSON.parse(execFileSync(process.execPath, [script, ...FILES], { encoding: "utf8" }));
}, 120_000);
afterEach(() => jest.useRealTimers());

test("the client makes each of them", () => {
  expect(made).toHaveLength(CLAIMS.length);
  expect(CLAIMS).toMatchObject(made);
});

test("the client writes the time in the same way", () => {
  for (const { time, TIMESTAMP } of CLAIMS) {
    if (time === undefined) continue;
    jest.useFakeTimers({ now: time * 1000 });
    expect(new DateHelper().getNowString()).toBe(TIMESTAMP);
  }
});
