"use strict";

// The test pool as our own specs use it: by requests that no library has shaped.

const { createTestPool } = require("../../testing.js");
const { PREFIX } = require("../../testing/answers.js");
const { errorsOf } = require("../../testing/operations/errors.js");
const { OPERATIONS } = require("../../testing/operations/index.js");

/** Wherever our tests run. */
const startPool = (options) => createTestPool({ inProduction: "I know", ...options });

/** As of a signed request; the pool does not look at the signature. */
const AUTHORIZATION =
  "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20261126/us-east-1/cognito-idp/aws4_request, SignedHeaders=host, Signature=0";
const TARGET = "AWSCognitoIdentityProviderService.";

/** Which operations AWS asks for a signature: model.spec.js compares them with the model. */
const isSigned = (operation) => OPERATIONS[operation]?.signed === true;
const takes = (operation, member) => OPERATIONS[operation]?.input[member] !== undefined;

/** Sends a request of any form to the pool: `{ status, headers, text, body }`. */
async function send(pool, { path = "/", method = "POST", headers = {}, body } = {}) {
  const response = await fetch(pool.endpoint + path, { method, headers, body });
  const text = await response.text();
  const isJson = /json/.test(response.headers.get("content-type"));
  return {
    status: response.status,
    headers: response.headers,
    text,
    body: isJson && text !== "" ? JSON.parse(text) : undefined,
  };
}

/** Throws if an operation has answered with an error that Cognito's cannot. The pool's own errors are in its own words. */
function checkType(operation, answer) {
  const { __type: type, message } = answer.body ?? {};
  const isOwn = message?.startsWith(PREFIX);
  if (type === undefined || OPERATIONS[operation] === undefined || isOwn) return answer;
  if (!errorsOf(operation).includes(type)) throw new Error(`${operation} has no ${type}`);
  return answer;
}

/** Calls an operation as AWS's SDKs do, signed if it must be. */
async function call(pool, operation, body, { signed = isSigned(operation), headers } = {}) {
  const answer = await send(pool, {
    headers: {
      "content-type": "application/x-amz-json-1.1",
      "x-amz-target": TARGET + operation,
      ...(signed && { authorization: AUTHORIZATION }),
      ...headers,
    },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });
  return checkType(operation, answer);
}

/** The body of an operation of this pool: with its ids. */
const bodyOf = (pool, operation, members) => ({
  ...(takes(operation, "UserPoolId") && { UserPoolId: pool.userPoolId }),
  ...(takes(operation, "ClientId") && { ClientId: pool.clientId }),
  ...members,
});

/** Calls an operation of this pool. */
const play = (pool, operation, members, options) =>
  call(pool, operation, bodyOf(pool, operation, members), options);

const password = (USERNAME, PASSWORD, more) => ({ USERNAME, PASSWORD, ...more });
/** Signs in by the tutorial's flow. */
const signIn = (pool, name, secret, more) =>
  play(pool, "AdminInitiateAuth", {
    AuthFlow: "ADMIN_NO_SRP_AUTH",
    AuthParameters: password(name, secret, more),
  });

/** Begins a sign-in by any flow of the public operation: the answer's body. */
const begin = async (pool, AuthFlow, AuthParameters) =>
  (await play(pool, "InitiateAuth", { AuthFlow, AuthParameters })).body;

/** Answers a challenge, given as the body that asked for it: the next answer's body. */
const respond = async (pool, { ChallengeName, Session, ChallengeParameters }, responses, how) => {
  const { USER_ID_FOR_SRP, USERNAME = USER_ID_FOR_SRP } = ChallengeParameters;
  const operation = how?.admin ? "AdminRespondToAuthChallenge" : "RespondToAuthChallenge";
  const ChallengeResponses = { USERNAME, ...responses };
  return (await play(pool, operation, { ChallengeName, Session, ChallengeResponses })).body;
};

/** What an answer's body is: the refusal's type and words, the next challenge's name, or "tokens". */
const outcome = (body) => {
  if (body.__type !== undefined) return [body.__type, body.message];
  return body.ChallengeName ?? (body.AuthenticationResult && "tokens");
};

module.exports = {
  AUTHORIZATION,
  TARGET,
  begin,
  bodyOf,
  call,
  outcome,
  play,
  respond,
  send,
  signIn,
  startPool,
};
