"use strict";

// Requests a second, by Cognito's categories: https://docs.aws.amazon.com/cognito/latest/developerguide/quotas.html#category_operations

const { refusal } = require("./answers.js");

const CATEGORIES = [
  "UserAuthentication",
  "UserCreation",
  "UserRead",
  "UserUpdate",
  "UserToken",
  "UserAccountRecovery",
  "UserList",
  "UserResourceRead",
  "UserResourceUpdate",
  "UserPoolResourceRead",
  "UserPoolResourceUpdate",
];

const SECOND_MS = 1000;

function createLimits({ clock, settings }) {
  const recent = new Map();
  return {
    /** Counts a request, or throws if there were as many as the limit within the last second. */
    count(category) {
      const limit = settings.limits[category];
      if (limit === undefined) return;
      const now = clock.elapsed();
      const times = (recent.get(category) ?? []).filter((time) => now - time < SECOND_MS);
      recent.set(category, times);
      if (times.length >= limit) throw refusal("tooManyRequests");
      times.push(now);
    },
  };
}

module.exports = { CATEGORIES, createLimits };
