"use strict";

// The tables of docs/accounts.md and docs/administration.md: the functions with their operations, and IAM policies for them.

const fs = require("node:fs");
const path = require("node:path");
const { TABLES } = require("../../lib/accounts/tables.js");
const { table } = require("../generated.js");
const root = require("../root");

const SOURCE = "lib/accounts/tables.js";
const POLICY_SOURCE = "src/core/operations/facts.json";

/** The operations of flows, in the order in which they are sent. */
const FLOWS = {
  "flow/call": [],
  "flow/confirm-sign-up": ["ConfirmSignUp"],
  "flow/confirm-totp": ["VerifySoftwareToken", "SetUserMFAPreference"],
  "flow/find-user": ["ListUsers"],
  "flow/forgot-password": ["ForgotPassword"],
  "flow/groups-of-user": ["AdminListGroupsForUser"],
  "flow/passkeys": ["ListWebAuthnCredentials"],
  "flow/new-user": ["AdminCreateUser", "AdminSetUserPassword"],
  "flow/resend-code": ["ResendConfirmationCode"],
  "flow/reset-password": ["ConfirmForgotPassword"],
  "flow/set-up-totp": ["AssociateSoftwareToken"],
};

/** What a function may send depends on these. */
const OPTIONS = [{}, { password: "a", tell: true }];

/** The operations that a function may send. */
function operationsOf(group, name) {
  const { send } = TABLES[group][name];
  const sent = typeof send === "string" ? [send] : OPTIONS.map(send);
  return [...new Set(sent.flatMap((one) => FLOWS[one] ?? [one]))];
}

/** Operation → whether it is signed, from the table that Rust has. */
function signedOperations() {
  const text = fs.readFileSync(path.join(root, "src/core/operations/table.rs"), "utf8");
  const rows = [...text.matchAll(/row\("(\w+)", F::\w+, (true|false),/g)];
  return new Set(rows.filter(([, , signed]) => signed === "true").map(([, name]) => name));
}
const SIGNED = signedOperations();
const actionsOf = (operations) =>
  operations.filter((name) => SIGNED.has(name)).map((name) => `cognito-idp:${name}`);

const REFERENCE =
  "https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_";
const link = (operation) => `[${operation}](${REFERENCE}${operation}.html)`;

/** A table of the functions of these groups. */
const functions = (groups) =>
  table([
    ["function", "operations"],
    ...groups.flatMap((group) =>
      Object.keys(TABLES[group])
        .filter((name) => name !== "call")
        .map((name) => [
          `\`${group === "auth" ? "" : `${group}.`}${name}\``,
          operationsOf(group, name).map(link).join(", "),
        ]),
    ),
  ]);

/** Least privilege: what a program does with users or groups, and the functions for that. */
const POLICIES = [
  ["Looking users up", { users: ["get", "find", "list", "groups"] }],
  ["Creating users", { users: ["create", "invite", "confirm", "setPassword"] }],
  [
    "Changing users",
    {
      users: [
        "update",
        "enable",
        "disable",
        "forcePasswordReset",
        "setMfa",
        "signOutEverywhere",
        "delete",
      ],
    },
  ],
  ["Members of groups", { users: ["addToGroup", "removeFromGroup"], groups: ["users"] }],
  ["Groups", { groups: ["get", "list", "create", "update", "delete"] }],
];

const POOL = "arn:aws:cognito-idp:us-east-1:123456789012:userpool/us-east-1_AbCdEfGhI";

function policy(groups) {
  const names = Object.entries(groups);
  const operations = names.flatMap(([group, list]) =>
    list.flatMap((name) => operationsOf(group, name)),
  );
  const Action = [...new Set(actionsOf(operations))].sort();
  const statement = { Effect: "Allow", Action, Resource: POOL };
  return JSON.stringify({ Version: "2012-10-17", Statement: [statement] }, null, 2);
}

const policies = POLICIES.map(([title, groups]) => {
  const names = Object.entries(groups).flatMap(([group, list]) =>
    list.map((name) => `\`${group}.${name}\``),
  );
  return `${title}: ${names.join(", ")}.\n\n\`\`\`json\n${policy(groups)}\n\`\`\`\n`;
}).join("\n");

/** Page → source → content. */
const PARTS = {
  "docs/accounts.md": { [SOURCE]: functions(["auth", "account"]) },
  "docs/administration.md": {
    [SOURCE]: functions(["users", "groups"]),
    [POLICY_SOURCE]: policies,
  },
};

module.exports = { PARTS, POLICIES, operationsOf };
