"use strict";

// A form that was sent: from a row of a table and a request to the reply. A row has
//
//   path      of the POST request
//   fields    the names of its fields, in forms.js
//   isGuess   whether it is a guess at a password or code, or sends a code: then it counts under the user name
//   refuse    (values, context) → `{ status, message }`, if the site itself refuses
//   run       (values, context) → the reply
//   problem   (error, site, texts) → `{ status, headers, message }`; by default that of problems.js
//   texts     messages by reason, in place of the usual ones
//   page      (context, { values, message }) → the page with the form, to try again

const { fieldsOf } = require("./forms");
const { readForm } = require("./http");
const { problemOf, tooMany } = require("./problems");

async function submit(row, context) {
  const { request, claims, site } = context;
  const { values, problem } = fieldsOf(await readForm(request), row.fields);
  const again = async ({ status, headers, message }) => ({
    status,
    headers,
    page: await row.page(context, { values, message }),
  });
  if (problem !== undefined) {
    return again({ status: 400, message: problem });
  }
  if (row.isGuess) {
    // The name in the form counts first: somebody who is signed in may guess at the code of somebody else.
    const wait = await site.guesses.count(values.username ?? claims["cognito:username"]);
    if (wait > 0) return again(tooMany(wait));
  }
  try {
    const refusal = await row.refuse?.(values, context);
    return refusal === undefined ? await row.run(values, context) : await again(refusal);
  } catch (error) {
    return again((row.problem ?? problemOf)(error, site, row.texts));
  }
}

/** The routes of a table of forms. */
const routesOf = (rows, access) =>
  rows.map((row) => ({
    method: "POST",
    path: row.path,
    kind: "page",
    access,
    answer: (context) => submit(row, context),
  }));

module.exports = { routesOf };
