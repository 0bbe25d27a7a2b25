"use strict";

// The pages: functions from plain data to HTML. None of them knows a request.

const { formOf } = require("./forms");
const { html } = require("./html");

/** The frame of every page. `user` is the name of who is signed in, if somebody is. */
function layout({ title, user }, content) {
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<link rel="stylesheet" href="/style.css">
</head>
<body>
<nav>
<a href="/">Home</a> <a href="/account">Account</a> <a href="/profile">Profile</a> <a href="/admin">Administration</a>
${
  user === undefined
    ? html`<a href="/sign-in">Sign in</a> <a href="/register">Register</a>`
    : html`<form method="post" action="/sign-out"><span id="user">${user}</span> <button>Sign out</button></form>`
}
</nav>
<main>
<h1>${title}</h1>
${content}
</main>
</body>
</html>
`;
  return page.toString();
}

const problem = (text) => text && html`<p class="problem" role="alert">${text}</p>`;
const noticeLine = (text) => text && html`<p class="notice" role="status">${text}</p>`;

function home({ user }) {
  return layout(
    { title: "A small site", user },
    html`<p>Everybody may read this page.</p>
<ul>
<li><a href="/account">Your account</a>: for everybody who is signed in.</li>
<li><a href="/profile">Your profile</a>: change it, your password, your second factor.</li>
<li><a href="/admin">Administration</a>: for members of the group "admins".</li>
<li><a href="/api/notes">/api/notes</a>: your notes as JSON.</li>
</ul>`,
  );
}

/** `returnTo` is the path of the page to show after the sign-in. */
function signIn({ returnTo, username = "", message, notice, title = "Sign in" }) {
  return layout(
    { title },
    html`${noticeLine(notice)}${problem(message)}
<form method="post" action="/sign-in">
<input type="hidden" name="returnTo" value="${returnTo}">
<label>User name <input name="username" value="${username}" autocomplete="username" autocapitalize="none" required></label>
<label>Password <input name="password" type="password" autocomplete="current-password" required></label>
<button>Sign in</button>
<button name="without" value="password" formnovalidate>Sign in without a password</button>
</form>
<p><a href="/register">Register</a> <a href="/forgot">Forgotten password</a></p>`,
  );
}

/** A further step of a sign-in: `fields` is HTML. */
function step({ title, fields, returnTo, message }) {
  return layout(
    { title },
    html`${problem(message)}
<form method="post" action="/sign-in/step">
<input type="hidden" name="returnTo" value="${returnTo}">
${fields}
</form>
<p><a href="/sign-in">Start again</a></p>`,
  );
}

function account({ user, email, expires, notes, message }) {
  return layout(
    { title: "Your account", user },
    html`<dl>
<dt>User name</dt><dd>${user}</dd>
<dt>E-mail</dt><dd>${email ?? "none"}</dd>
<dt>Signed in until</dt><dd>${expires.toISOString()}</dd>
</dl>
<p><a href="/passkeys">Passkeys</a></p>
<h2>Notes</h2>
<ul id="notes">${notes.map((note) => html`<li>${note}</li>`)}</ul>
${problem(message)}
<form method="post" action="/account">
<label>Note <input name="note" maxlength="200" required></label>
<button>Add</button>
</form>`,
  );
}

/** A page of forms for visitors, and links to other such pages. */
function forms({ title, message, notice, forms: all, links }) {
  return layout(
    { title },
    html`${noticeLine(notice)}${problem(message)}${all.map(formOf)}
<p>${links.map(([path, text]) => html`<a href="${path}">${text}</a> `)}</p>`,
  );
}

/** Why there is no page. */
function failure({ title, message, user }) {
  return layout({ title, user }, problem(message));
}

module.exports = {
  account,
  failure,
  forms,
  home,
  layout,
  noticeLine,
  problem,
  signIn,
  step,
};
