"use strict";

// The table of docs/requests.md: what `answerTo` answers for each reason.

const { AuthError, answerTo } = require("../../index.js");
const { table } = require("../generated.js");
const REASONS = require("../reasons/reasons.json");

const SOURCE = "lib/requests/answers.js";

/** Stands for Cognito's message, where that is what the client gets. */
const COGNITO = "a message";

function row({ reason, status }) {
  const error = Object.assign(new AuthError(COGNITO), { reason, status });
  const { headers, body } = answerTo(error);
  const { error: code, message } = JSON.parse(body);
  const challenge = headers["www-authenticate"];
  const described =
    challenge === undefined ? "" : challenge.includes("error=") ? "with the error" : "yes";
  return [
    `\`${reason}\``,
    status,
    described,
    `\`${code}\``,
    message === COGNITO ? "Cognito's own" : message,
  ];
}

const content = table([
  ["reason", "`status`", "challenge", "`error`", "`message`"],
  ...REASONS.map(row),
]);

module.exports = { SOURCE, content };
