"use strict";

// HTML from templates. Every value is escaped unless it is HTML from a template itself.

const ESCAPES = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

class Html {
  #text;

  constructor(text) {
    this.#text = text;
  }

  toString() {
    return this.#text;
  }
}

const escapeText = (text) => text.replace(/[&<>"']/g, (character) => ESCAPES[character]);

function render(value) {
  if (value === undefined || value === null || value === false) {
    return "";
  }
  if (Array.isArray(value)) {
    return value.map(render).join("");
  }
  return value instanceof Html ? value.toString() : escapeText(String(value));
}

/**
 * The tag of the templates: html`<p>${name}</p>`. Put quotes around attribute values: the escaping relies on them.
 */
function html(strings, ...values) {
  return new Html(String.raw({ raw: strings }, ...values.map(render)));
}

module.exports = { html };
