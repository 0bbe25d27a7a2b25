"use strict";

// A forgotten password: a code is sent to the user's address, and sets a new password. The pages say the same whether or not there is
// such a user.

const { lastName, leadTo, noticeOf } = require("./notices");
const pages = require("./pages");
const { codeProblemOf, quietly } = require("./problems");
const { routesOf } = require("./submit");

const forgotPage = ({ values, message }) =>
  pages.forms({
    title: "Forgotten password",
    message,
    forms: [{ ...FORGOT, values, button: "Send a code" }],
    links: [["/reset", "I have a code"]],
  });

const resetPage = ({ values, message, notice }) =>
  pages.forms({
    title: "Choose a new password",
    message,
    notice,
    forms: [{ ...RESET, values, button: "Set the password" }],
    links: [["/forgot", "Send another code"]],
  });

const FORGOT = {
  path: "/forgot",
  fields: ["username"],
  isGuess: true,
  page: (_context, shown) => forgotPage(shown),

  async run({ username }, { site }) {
    await quietly(site.auth.forgotPassword(username), site);
    return leadTo("/reset", "code-sent", username);
  },
};

const RESET = {
  path: "/reset",
  fields: ["username", "code", "password"],
  isGuess: true,
  problem: codeProblemOf,
  page: (_context, shown) => resetPage(shown),

  async run({ username, code, password }, { site }) {
    await site.auth.resetPassword(username, code, password);
    return leadTo("/sign-in", "password-set", username);
  },
};

const showForgot = ({ request }) => ({
  page: forgotPage({ values: { username: lastName(request) } }),
});

const showReset = ({ query, request }) => ({
  page: resetPage({ values: { username: lastName(request) }, notice: noticeOf(query) }),
});

const RECOVERY = [
  { method: "GET", path: "/forgot", kind: "page", access: "anybody", answer: showForgot },
  { method: "GET", path: "/reset", kind: "page", access: "anybody", answer: showReset },
  ...routesOf([FORGOT, RESET], "anybody"),
];

module.exports = { RECOVERY };
