"use strict";

// The pages of the administration.

const { formOf } = require("./forms");
const { html } = require("./html");
const { layout, noticeLine, problem } = require("./pages");

const linkTo = (path, query) => `${path}?${new URLSearchParams(query)}`;

/** `next` names the page after this one. */
function listPage({ name, users, next, finds, invite, values, message, notice }) {
  return layout(
    { title: "Administration", user: name },
    html`${noticeLine(notice)}${problem(message)}
<form action="/admin/find">
<label>Find by <select name="by">${Object.entries(finds).map(
      ([by, label]) => html`<option value="${by}">${label}</option>`,
    )}</select></label>
<label>exactly <input name="value" autocapitalize="none" required></label>
<button>Find</button>
</form>
<table id="users">
<tr><th>User name</th><th>E-mail</th><th>Status</th></tr>
${users.map(
  ({ username, email, status, enabled }) => html`
<tr><td><a href="${linkTo("/admin/user", { name: username })}">${username}</a></td>
<td>${email}</td><td>${status}${!enabled && ", disabled"}</td></tr>`,
)}
</table>
<p>${next && html`<a id="next" href="${linkTo("/admin", { after: next })}">Next page</a>`}</p>
<h2>Invite a user</h2>
${formOf({ ...invite, values, button: "Invite" })}`,
  );
}

/** `user` as `users.get` gives it. */
function userPage({ name, user, groups, actions, message, notice }) {
  const { username, sub, attributes, enabled, status, createdAt, mfa } = user;
  const who = { user: username, sub };
  const shown = Object.values(actions).filter(({ isFor = () => true }) => isFor(user));
  const all = {
    Status: `${status}${enabled ? "" : ", disabled"}`,
    Created: createdAt?.toISOString(),
    "Second factors": mfa.enabled.join(", ") || "none",
    ...attributes,
  };
  return layout(
    { title: username, user: name },
    html`${noticeLine(notice)}${problem(message)}
<dl id="found">${Object.entries(all).map(([key, value]) => html`<dt>${key}</dt><dd>${value}</dd>`)}</dl>
<h2>Groups</h2>
<ul id="groups">${groups.map(
      ({ name: group }) => html`
<li>${group} ${formOf({ ...actions.remove, fields: [], hidden: { ...who, group } })}</li>`,
    )}</ul>
<h2>Actions</h2>
${shown.map((action) => formOf({ ...action, hidden: who }))}
<p><a href="/admin">All users</a></p>`,
  );
}

module.exports = { listPage, userPage };
