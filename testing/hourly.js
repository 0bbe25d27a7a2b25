"use strict";

// Attempts of a user within an hour: wrong codes, wrong old passwords, requests for a new one.
// https://docs.aws.amazon.com/cognito/latest/developerguide/quotas.html: five to twenty, by the risk; here five.

const { refusal } = require("./answers.js");

const MOST = 5;
const HOUR_MS = 3600 * 1000;

/** Runs `attempt`. If it throws, that counts; after the fifth, users wait until an hour has passed since the first. */
function countFailures({ users, clock }, user, kind, attempt) {
  const times = recentTimes(users.recordOf(user), kind, clock.now());
  if (times.length >= MOST) throw refusal("attemptsExceeded");
  try {
    return attempt();
  } catch (error) {
    times.push(clock.now());
    throw error;
  }
}

/** Counts a request, or throws after the fifth. */
function countRequest({ users, clock }, user, kind) {
  const times = recentTimes(users.recordOf(user), kind, clock.now());
  if (times.length >= MOST) throw refusal("attemptsExceeded");
  times.push(clock.now());
}

/** The times within the last hour, as a list that the record keeps. */
function recentTimes(record, kind, now) {
  record.hourly ??= {};
  const times = (record.hourly[kind] ?? []).filter((time) => now - time < HOUR_MS);
  record.hourly[kind] = times;
  return times;
}

module.exports = { countFailures, countRequest };
