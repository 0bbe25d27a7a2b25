"use strict";

// What users do with their own account: attributes, e-mail address, password, authenticator app, sign-outs, deletion.

const { leadTo, noticeOf } = require("./notices");
const { isEndOfSession, problemOf } = require("./problems");
const { totpPage, profilePage } = require("./profile-pages");
const session = require("./session");
const { routesOf } = require("./submit");

/** The page as it is now: `shown` has the values and the message of a form that failed. */
async function show({ account, claims }, shown) {
  const user = await account.get();
  return profilePage({ user, name: session.nameOf(claims), rows: FORMS, shown });
}

/** If Cognito does not accept the access token any more, app.js shows the sign-in form. */
function profileProblemOf(error, site, texts) {
  if (isEndOfSession(error)) {
    throw error;
  }
  return problemOf(error, site, texts);
}

const done = (notice) => leadTo("/profile", notice);

/** The reply that ends the session of this browser as well. */
const endSession = (notice) => ({ ...leadTo("/sign-in", notice), headers: session.signedOut() });

/** In the order of the page. A row without a page of its own shows the profile again. */
const FORMS = {
  attributes: {
    fields: ["name", "nickname"],
    async run(values, { account }) {
      // An empty field deletes the attribute.
      const entries = Object.entries(values).map(([name, value]) => [name, value || null]);
      await account.update(Object.fromEntries(entries));
      return done("saved");
    },
  },
  email: {
    fields: ["email"],
    isGuess: true,
    async run({ email }, { account }) {
      const sent = await account.update({ email });
      return done(sent.length > 0 ? "email-code" : "saved");
    },
  },
  "email/code": {
    fields: [],
    isGuess: true,
    async run(_values, { account }) {
      await account.sendCode("email");
      return done("email-code");
    },
  },
  "email/verify": {
    fields: ["code"],
    isGuess: true,
    async run({ code }, { account }) {
      await account.verify("email", code);
      return done("email-verified");
    },
  },
  password: {
    fields: ["oldPassword", "password"],
    isGuess: true,
    texts: { "bad-credentials": "The present password is wrong." },
    async run({ oldPassword, password }, { account }) {
      await account.changePassword(oldPassword, password);
      return done("password-changed");
    },
  },
  app: {
    fields: [],
    async run(_values, { account, claims }) {
      // Not a redirect: the secret is shown once, and is kept nowhere.
      const totp = await account.setUpTotp();
      return { page: totpPage({ name: session.nameOf(claims), totp, row: FORMS["app/confirm"] }) };
    },
  },
  "app/confirm": {
    fields: ["code"],
    isGuess: true,
    page: ({ claims }, { message }) =>
      totpPage({ name: session.nameOf(claims), message, row: FORMS["app/confirm"] }),
    async run({ code }, { account }) {
      await account.confirmTotp(code);
      return done("app-on");
    },
  },
  "app/off": {
    fields: [],
    async run(_values, { account }) {
      await account.setMfa({ totp: false });
      return done("app-off");
    },
  },
  "sign-out": {
    fields: [],
    async run(_values, { account }) {
      await account.signOutEverywhere();
      return endSession("signed-out");
    },
  },
  delete: {
    fields: ["confirm"],
    refuse: ({ confirm }, { claims }) =>
      confirm === session.nameOf(claims)
        ? undefined
        : { status: 400, message: "This is not your user name. Nothing was deleted." },
    async run(_values, { account, claims, site }) {
      await account.delete();
      await site.notes.remove(claims.sub);
      return endSession("account-deleted");
    },
  },
};

for (const [name, row] of Object.entries(FORMS)) {
  FORMS[name] = { path: `/profile/${name}`, page: show, problem: profileProblemOf, ...row };
}

const showProfile = async (context) => ({
  page: await show(context, { notice: noticeOf(context.query) }),
});

const PROFILE = [
  { method: "GET", path: "/profile", kind: "page", access: "account", answer: showProfile },
  ...routesOf(Object.values(FORMS), "account"),
];

module.exports = { PROFILE };
