"use strict";

// Registration: the form, and the code that confirms it.

const { lastName, leadTo, noticeOf } = require("./notices");
const pages = require("./pages");
const { codeProblemOf, quietly } = require("./problems");
const { routesOf } = require("./submit");

const registerPage = ({ values, message } = {}) =>
  pages.forms({
    title: "Register",
    message,
    forms: [{ ...REGISTER, values, button: "Register" }],
    links: [["/register/code", "I have a code"]],
  });

const codePage = ({ values, message, notice }) =>
  pages.forms({
    title: "Confirm your account",
    message,
    notice,
    forms: [
      { ...CONFIRM, values, button: "Confirm" },
      { ...RESEND, values, button: "Send another code" },
    ],
    links: [["/sign-in", "Sign in"]],
  });

const REGISTER = {
  path: "/register",
  fields: ["username", "email", "password"],
  // That a name is taken has to be told: the visitor must choose another one.
  texts: { "user-exists": "This user name is taken. Please choose another one." },
  page: (_context, shown) => registerPage(shown),

  async run({ username, email, password }, { site }) {
    try {
      const { confirmed } = await site.auth.signUp(username, password, { attributes: { email } });
      return confirmed
        ? leadTo("/sign-in", "confirmed", username)
        : leadTo("/register/code", "registered", username);
    } catch (error) {
      if (error.reason !== "delivery-failed") throw error;
      site.report(error);
      return leadTo("/register/code", "not-sent", username);
    }
  },
};

const CONFIRM = {
  path: "/register/code",
  fields: ["username", "code"],
  isGuess: true,
  problem: codeProblemOf,
  // Only somebody who has read the code at this address gets to know this.
  texts: { "user-exists": "Another account has this e-mail address." },
  page: (_context, shown) => codePage(shown),

  async run({ username, code }, { site }) {
    await site.auth.confirmSignUp(username, code);
    return leadTo("/sign-in", "confirmed", username);
  },
};

const RESEND = {
  path: "/register/resend",
  fields: ["username"],
  isGuess: true,
  page: (_context, shown) => codePage(shown),

  async run({ username }, { site }) {
    await quietly(site.auth.resendCode(username), site);
    return leadTo("/register/code", "code-sent", username);
  },
};

const showRegister = () => ({ page: registerPage() });

const showCode = ({ query, request }) => ({
  page: codePage({ values: { username: lastName(request) }, notice: noticeOf(query) }),
});

const REGISTRATION = [
  { method: "GET", path: "/register", kind: "page", access: "anybody", answer: showRegister },
  { method: "GET", path: "/register/code", kind: "page", access: "anybody", answer: showCode },
  ...routesOf([REGISTER, CONFIRM, RESEND], "anybody"),
];

module.exports = { REGISTRATION };
