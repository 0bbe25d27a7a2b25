"use strict";

// The pages of passkeys.

const { html } = require("./html");
const { layout, problem } = require("./pages");

/** Of a user: https://docs.aws.amazon.com/cognito/latest/developerguide/quotas.html */
const MOST = 20;

/**
 * What a form needs for a passkey: the field of the result, and the button. Without the script the button does nothing, and the reason is
 * shown; with it, what goes wrong is shown there.
 *
 * @param {object} ceremony
 * @param {"create" | "get"} ceremony.kind
 * @param {string} ceremony.name Of the field.
 * @param {object} ceremony.options From Cognito.
 * @param {string} ceremony.button
 */
const ceremony = ({ kind, name, options, button }) => html`
<input type="hidden" name="${name}" data-passkey="${kind}" data-options="${JSON.stringify(options)}">
<p class="problem" role="alert">Passkeys need JavaScript, which this page could not run.</p>
<button disabled>${button}</button>
<script src="/passkeys.js" defer></script>`;

function passkeys({ user, list, message }) {
  return layout(
    { title: "Your passkeys", user },
    html`${problem(message)}
<p>With a passkey you sign in by your fingerprint, your face or the PIN of your device, without a password.</p>
<ul id="passkeys">${list.map(row)}</ul>
${
  list.length < MOST
    ? html`<form method="post" action="/passkeys/new"><button id="add">Add a passkey</button></form>`
    : html`<p>You have as many as you can have. Delete one to add another.</p>`
}`,
  );
}

const row = ({ id, name = "Passkey", createdAt }) => html`<li>
<form method="post" action="/passkeys/delete">
<span>${name}</span>, added on ${createdAt.toISOString().slice(0, 10)}
<button name="id" value="${id}">Delete</button>
</form>
</li>`;

function newPasskey({ user, options }) {
  return layout(
    { title: "Add a passkey", user },
    html`<p>Your browser asks you to confirm it.</p>
<form method="post" action="/passkeys">
${ceremony({ kind: "create", name: "credential", options, button: "Create the passkey" })}
</form>
<p><a href="/passkeys">Back to your passkeys</a></p>`,
  );
}

module.exports = { ceremony, newPasskey, passkeys };
