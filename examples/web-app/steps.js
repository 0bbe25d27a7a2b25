"use strict";

// The steps of a sign-in after the password: what each shows, and how its form is answered.

const { HttpError } = require("./http");
const { html } = require("./html");
const pages = require("./pages");

const FACTORS = {
  SMS_MFA: "A code by SMS",
  SOFTWARE_TOKEN_MFA: "An authenticator app",
  EMAIL_OTP: "A code by e-mail",
};

const codeField = html`<label>Code <input name="answer" inputmode="numeric" autocomplete="one-time-code" required></label>`;

const choice = (choices) =>
  choices
    .filter((name) => Object.hasOwn(FACTORS, name))
    .map((name) => html`<button name="answer" value="${name}">${FACTORS[name]}</button>`);

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
  SMS_MFA: sentCode,
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
  const required = step.requiredAttributes ?? [];
  const attributes = Object.fromEntries(
    required.map((name) => [name, form.get(`attribute.${name}`) ?? ""]),
  );
  return step.answer(answer, required.length > 0 ? { attributes } : {});
}

function rowOf({ name }) {
  if (!Object.hasOwn(STEPS, name)) {
    throw new HttpError(501, "This site does not know this kind of sign-in.");
  }
  return STEPS[name];
}

module.exports = { answerOf, stepPage };
