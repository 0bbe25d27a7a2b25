"use strict";

// The fields of the forms: what the page shows, and what the server accepts. Both read the same table.

const { html } = require("./html");

/** `longest` is Cognito's limit. What `isSecret` is never sent back, what `isExact` keeps its blanks, what `isOptional` may be empty. */
const FIELDS = {
  username: {
    label: "User name",
    longest: 128,
    attributes: { autocomplete: "username", autocapitalize: "none" },
  },
  email: { label: "E-mail", longest: 2048, attributes: { type: "email", autocomplete: "email" } },
  oldPassword: {
    label: "Present password",
    longest: 256,
    isSecret: true,
    isExact: true,
    attributes: { type: "password", autocomplete: "current-password" },
  },
  password: {
    label: "Password",
    longest: 256,
    isSecret: true,
    isExact: true,
    attributes: { type: "password", autocomplete: "new-password" },
  },
  code: {
    label: "Code",
    longest: 64,
    isSecret: true,
    attributes: { inputmode: "numeric", autocomplete: "one-time-code" },
  },
  name: {
    label: "Name",
    longest: 2048,
    isOptional: true,
    attributes: { autocomplete: "name" },
  },
  nickname: {
    label: "Nickname",
    longest: 2048,
    isOptional: true,
    attributes: { autocomplete: "nickname" },
  },
  group: { label: "Group", longest: 128, attributes: { autocapitalize: "none" } },
  // Of the user whom an administrator is about to change: the page fills them in.
  user: { label: "User name", longest: 128 },
  sub: { label: "User", longest: 128 },
  confirm: {
    label: "To confirm, type the user name",
    longest: 128,
    attributes: { autocomplete: "off", autocapitalize: "none" },
  },
};

/** The fields of these names, as HTML. */
function inputs(names, values = {}) {
  return names.map((name) => {
    const { label, longest, isSecret, isOptional, attributes } = FIELDS[name];
    const all = { name, ...attributes, maxlength: longest, value: isSecret ? "" : values[name] };
    const given = Object.entries(all).filter(([, value]) => value !== undefined);
    const pairs = given.map(([attribute, value]) => html` ${attribute}="${value}"`);
    return html`<label>${label} <input${pairs}${isOptional ? "" : " required"}></label>`;
  });
}

/** A form of these fields, as HTML. `hidden` are fields that the page itself fills in. */
function formOf({ path, fields = [], values, hidden = {}, button }) {
  return html`
<form method="post" action="${path}">
${Object.entries(hidden).map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`)}
${inputs(fields, values)}
<button>${button}</button>
</form>`;
}

/**
 * The values of these fields, without blanks around, and what is wrong with them.
 *
 * @returns {{ values: Record<string, string>, problem: string | undefined }}
 */
function fieldsOf(form, names) {
  const values = {};
  let problem;
  for (const name of names) {
    const { label, longest, isExact, isOptional } = FIELDS[name];
    const given = form.get(name);
    values[name] = (isExact ? given : given?.trim()) ?? "";
    if (given === null || (values[name] === "" && !isOptional)) {
      problem ??= `${label}: please fill this in.`;
    } else if (values[name].length > longest) {
      problem ??= `${label}: this is too long.`;
    }
  }
  return { values, problem };
}

module.exports = { fieldsOf, formOf };
