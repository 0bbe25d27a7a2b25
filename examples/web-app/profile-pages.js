"use strict";

// The profile, and the page that sets up an authenticator app.

const { formOf } = require("./forms");
const { html } = require("./html");
const { layout, noticeLine, problem } = require("./pages");

const isVerified = ({ attributes }) => attributes.email_verified === "true";
const hasApp = ({ mfa }) => mfa.enabled.includes("SOFTWARE_TOKEN_MFA");
const always = () => true;

/** The forms of the page, by section: the row's name, the button, and whether the form is there. */
const SECTIONS = [
  { title: "Attributes", forms: [["attributes", "Save", always]] },
  {
    title: "E-mail address",
    text: (user) => (isVerified(user) ? "It is verified." : "It is not verified yet."),
    forms: [
      ["email", "Change", always],
      ["email/verify", "Verify", (user) => !isVerified(user)],
      ["email/code", "Send another code", (user) => !isVerified(user)],
    ],
  },
  { title: "Password", forms: [["password", "Change the password", always]] },
  {
    title: "Authenticator app",
    text: (user) =>
      hasApp(user) ? "We ask for its code when you sign in." : "You have not set up one.",
    forms: [
      ["app", "Set up an app", (user) => !hasApp(user)],
      ["app/off", "Turn it off", hasApp],
    ],
  },
  {
    title: "All browsers",
    text: () => "This ends your sign-ins in all browsers, this one included.",
    forms: [["sign-out", "Sign out everywhere", always]],
  },
  {
    title: "Deletion",
    text: () => "Your account and your notes are deleted for good.",
    forms: [["delete", "Delete the account", always]],
  },
];

/** `user` as `account.get` gives it; `shown` has the values and the message of a form that failed, or a notice. */
function profilePage({ user, name, rows, shown }) {
  const values = { ...user.attributes, ...shown.values };
  const sectionOf = ({ title, text, forms }) => html`
<h2>${title}</h2>
${text && html`<p>${text(user)}</p>`}
${forms
  .filter(([, , isThere]) => isThere(user))
  .map(([row, button]) => formOf({ ...rows[row], values, button }))}`;
  return layout(
    { title: "Your profile", user: name },
    html`${noticeLine(shown.notice)}${problem(shown.message)}<p><a href="/passkeys">Passkeys</a></p>${SECTIONS.map(sectionOf)}
<h2>All attributes</h2>
<dl id="attributes">${Object.entries(user.attributes).map(
      ([attribute, value]) => html`<dt>${attribute}</dt><dd>${value}</dd>`,
    )}</dl>`,
  );
}

/** Most sites show the link as a QR code too, drawn by a library. After a wrong code, there is no secret to show. */
function totpPage({ name, totp, message, row }) {
  return layout(
    { title: "Set up an authenticator app", user: name },
    html`${problem(message)}
${
  totp &&
  html`<p>Open your authenticator app with this link, or type the secret into it.</p>
<p><a id="totp" href="${totp.uri}">Add to the app</a> <code id="secret">${totp.secret}</code></p>`
}
<p>Enter the code that the app shows.</p>
${formOf({ ...row, button: "Turn it on" })}
<p><a href="/profile">Back to the profile</a></p>`,
  );
}

module.exports = { profilePage, totpPage };
