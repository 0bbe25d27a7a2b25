"use strict";

// The operations that the pool plays: the only table of them.
//
// To add one, write its handler in the file of its family, a row in the table of errors.js, and one in that file's table:
//
//   GetUser: {
//     family: "account",
//     signed: false,              // true: AWS asks for a signature, and refuses the request without one
//     category: "UserRead",       // whose requests a second the option `limits` counts, null for none
//     input: { AccessToken: "Token*" },   // members by name, shapes of shapes.js, "*" for one that is required
//     handle({ state, body }) { … return the answer's body, or a promise of it; }
//   }
//
// Before the handler runs, the request has been recorded, `down` and `failNext` have had their turn, the signature, the
// limit and the body's shape have been checked, and `UserPoolId` and `ClientId` are the pool's own. A handler refuses by
// `throw refusal("userMissing")`: the words stand in answers.js, each with its source. `state` is made in pool.js:
//
//   settings   the options with their defaults, `userPoolId`, `clientId`, `issuer`, `region`
//   clock      `now()`, `seconds()`: never Date.now()
//   users      a Map; `named(name)` finds names, aliases and subs, `existing(name)` throws, `touch(user)` after a change
//   attempts   lock-out: `check(user)`, `failed(user)`, `succeeded(user)`
//   passkeys   the options for a browser, `register` and `signIn` with what it gave
//   sessions   `begin({ clientId, user, challenge, data })`, `answer(session, bound, (data) => …)`
//   codes      `send(user, "email", "signUp")`, `take(user, "signUp", code)`; all that is sent stands in `pool.outbox`
//   groups     name → description and dates; `settings.groups` has the names
//   pageKey    what tokens of a list's pages are made with
//   proofs     SECRET_BLOCK → a challenge of SRP that has no session
//   keys       the signing keys; refreshTokens: token → its sign-in and end; origins: a token's origin_jti → its sign-in
//
// A sign-in that has passed one check goes on in `nextStep(state, user)` of challenges.js: it asks for the next challenge, or
// gives tokens. To play another challenge, write what asks for it there, and a row in the table of answers in respond.js.

const { notPlayed } = require("../answers.js");
const initiateAuth = require("./initiate-auth.js");
const groups = require("./groups.js");
const listUsers = require("./list-users.js");
const passkeys = require("./passkeys.js");
const recovery = require("./recovery.js");
const refresh = require("./refresh.js");
const registration = require("./registration.js");
const respond = require("./respond.js");
const softwareToken = require("./software-token.js");
const signOut = require("./sign-out.js");
const account = require("./account.js");
const users = require("./users.js");

const OPERATIONS = {
  __proto__: null,
  ...registration,
  ...initiateAuth,
  ...respond,
  ...refresh,
  ...signOut,
  ...account,
  ...softwareToken.operations,
  ...passkeys,
  ...recovery.operations,
  ...users.operations,
  ...listUsers,
  ...groups,
};
const NAMES = Object.keys(OPERATIONS);

/** The row of an operation, or the refusal that names those that there are. */
function operationNamed(name) {
  const operation = OPERATIONS[name];
  if (operation === undefined) throw notPlayed(`the operation "${name}"`, NAMES);
  return operation;
}

module.exports = { NAMES, OPERATIONS, operationNamed };
