"use strict";

// The steps of a sign-in after the user name or the password: what each shows, and how its form is answered.

const { HttpError } = require("./http");
const { html } = require("./html");
const pages = require("./pages");
const { ceremony } = require("./passkey-pages");

/** What can be chosen by a button alone. */
const FACTORS = {
  SMS_MFA: "A code by SMS",
  SOFTWARE_TOKEN_MFA: "An authenticator app",
  EMAIL_OTP: "A code by e-mail",
  SMS_OTP: "A code by SMS",
  WEB_AUTHN: "A passkey",
};

/** What is chosen together with the password. The second way does not send it; one of them is enough. */
const PASSWORDS = ["PASSWORD", "PASSWORD_SRP"];

const codeField = html`<label>Code <input name="answer" inputmode="numeric" autocomplete="one-time-code" required></label>`;

const choice = (choices) =>
  choices
    .filter((name) => Object.hasOwn(FACTORS, name))
    .map(
      (name) =>
        html`<button name="answer" value="${name}" formnovalidate>${FACTORS[name]}</button> `,
    );

/** It comes first: the Enter key presses the first button of a form. */
const passwordOf = (choices) => {
  const name = PASSWORDS.find((one) => choices.includes(one));
  return (
    name &&
    html`${passwordField("password")}<p><button name="answer" value="${name}">Sign in with the password</button></p>`
  );
};

const passwordField = (name) =>
  html`<label>Password <input name="${name}" type="password" autocomplete="current-password" required></label>`;

const password = {
  title: "Enter your password",
  fields: () => html`${passwordField("answer")}<button>Go on</button>`,
};

const sentCode = {
  title: "Enter the code",
  fields: ({ sent }) =>
    html`<p>We have sent a code to ${sent?.to ?? "you"}.</p>${codeField}<button>Go on</button>`,
};

/** Most sites show the link as a QR code too, drawn by a library. */
const secretOf = ({ uri, secret }) => html`
<p>Open your authenticator app with this link, or type the secret into it.</p>
<p><a id="totp" href="${uri}">Add to the app</a> <code id="secret">${secret}</code></p>`;

/** By the challenge's name. */
const STEPS = {
  NEW_PASSWORD_REQUIRED: {
    title: "Choose a password",
    fields: ({ requiredAttributes = [] }) => html`
<label>New password <input name="answer" type="password" autocomplete="new-password" required></label>
${requiredAttributes.map((name) => html`<label>${name} <input name="attribute.${name}" required></label>`)}
<button>Go on</button>`,
  },
  MFA_SETUP: {
    title: "Set up a second factor",
    // The answer to the choice is the same challenge with `totp`. After a wrong code, `totp` is not there again.
    fields: ({ totp }, { isRepeated }) =>
      totp === undefined && !isRepeated
        ? html`<p>You need one to sign in.</p>${choice(["SOFTWARE_TOKEN_MFA"])}`
        : html`${totp && secretOf(totp)}<p>Enter the code that the app shows.</p>${codeField}<button>Go on</button>`,
  },
  SELECT_MFA_TYPE: {
    title: "How do you want to prove that it is you?",
    fields: ({ choices = [] }) => choice(choices),
  },
  SOFTWARE_TOKEN_MFA: {
    title: "Enter the code",
    fields: () => html`<p>Your authenticator app shows it.</p>${codeField}<button>Go on</button>`,
  },
  SELECT_CHALLENGE: {
    title: "How do you want to sign in?",
    fields: ({ choices = [] }) => html`${passwordOf(choices)}${choice(choices)}`,
  },
  WEB_AUTHN: {
    title: "Use your passkey",
    // The options are not in a saved challenge: this page is shown once, and its script can try more than once.
    fields: ({ publicKey }) =>
      ceremony({ kind: "get", name: "answer", options: publicKey, button: "Use the passkey" }),
    refused: "The passkey is not accepted",
  },
  PASSWORD: password,
  PASSWORD_SRP: password,
  SMS_MFA: sentCode,
  SMS_OTP: sentCode,
  EMAIL_OTP: sentCode,
};

function stepPage(step, { returnTo, message }) {
  const { title, fields } = rowOf(step);
  const isRepeated = message !== undefined;
  return pages.step({ title, fields: fields(step, { isRepeated }), returnTo, message });
}

/** Answers the challenge with what the form has. Resolves to the tokens, or to the next challenge. */
async function answerOf(step, form) {
  rowOf(step);
  const answer = form.get("answer") ?? "";
  return step.answer(answer, { ...passwordIn(step, answer, form), ...attributesIn(step, form) });
}

/** The password that belongs to a choice. An empty one is refused before anything is sent. */
const passwordIn = ({ name }, answer, form) =>
  name === "SELECT_CHALLENGE" && PASSWORDS.includes(answer)
    ? { password: form.get("password") ?? "" }
    : {};

/** The attributes that a new password needs. */
function attributesIn({ requiredAttributes: required = [] }, form) {
  const attributes = required.map((name) => [name, form.get(`attribute.${name}`) ?? ""]);
  return required.length > 0 ? { attributes: Object.fromEntries(attributes) } : {};
}

/** What the form says if the proof was wrong. Undefined: that the user name or the password is. */
const refusedText = (step) => rowOf(step).refused;

function rowOf({ name }) {
  if (!Object.hasOwn(STEPS, name)) {
    throw new HttpError(501, "This site does not know this kind of sign-in.");
  }
  return STEPS[name];
}

module.exports = { answerOf, refusedText, stepPage };
