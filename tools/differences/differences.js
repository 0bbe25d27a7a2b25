"use strict";

// Where we differ from the original on purpose. The table of docs/differences.md is made from this list (`npm run docs`), and the
// differential test takes no other difference. Each has a case that shows it, or names the test that does (`shownBy`).

module.exports = [
  {
    id: "unknown-kid",
    original:
      "an unknown, empty or missing `kid`, or a JWKS that cannot be fetched, stops the whole process",
    ours: "rejects: `key-unknown`, `keys-unavailable`",
    why: "anybody could stop the server with one request",
  },
  {
    id: "kid-requests",
    original: "each unknown `kid` costs a request for the JWKS",
    ours: "at most one in ten seconds",
    why: "callers must not decide how often we ask",
  },
  {
    id: "lenient-claims",
    original:
      "accepts access tokens, other clients' and other issuers' tokens, tokens without `exp`, claims of another JSON type",
    ours: "rejects: `token-use`, `token-client`, `token-issuer`, `token-malformed`; `verify` loosens what may be loosened",
    why: "such a token was not made for this application",
  },
  {
    id: "lenient-form",
    original:
      "accepts RS384, RS512, PS256 to PS512, `crit`, duplicate members, headers of more than 1 KiB, payloads that are no object, spare bits in base64url, an `exp` beyond all numbers, payloads that are not UTF-8, tokens without `kid` while there is one key",
    ours: "rejects: `token-algorithm`, `token-malformed`, `token-signature`, `key-unknown`",
    why: "Cognito makes no such tokens, and RFC 7515 and 8725 warn of them",
  },
  {
    id: "challenge",
    original: "`login` answered by a challenge: `TypeError: Cannot read properties of undefined`",
    ours: "rejects: `challenge-required`, with `challengeName` and `session`",
    why: "it is an answer, not a defect",
  },
  {
    id: "no-token",
    original: "`login` answered without a usable ID token: a `TypeError`, or whatever stands there",
    ours: "rejects: `service`",
    why: "a sign-in without a token must not look like one",
  },
  {
    id: "phone-missing",
    original:
      "`fetchUserByUsername` of a user without a phone number: a `TypeError`, or `undefined`",
    ours: "rejects: `phone-missing`",
    why: "the caller can tell what is the matter",
  },
  {
    id: "attribute-without-value",
    original:
      "an `email` or `phoneNumber` that is `undefined` or `null` is sent as an attribute without a value",
    ours: "is not sent",
    why: "so it may be left out",
  },
  {
    id: "checked-first",
    original:
      "registers a user that cannot be confirmed when the pool's id or the AWS credentials are missing",
    ours: "checks both first",
    why: "a half-made user blocks its name",
  },
  {
    id: "sign-up-repeated",
    original:
      "repeats SignUp after a lost answer, which turns success into `UsernameExistsException`",
    ours: "does not repeat it; `stage` says how far it came",
    why: "SignUp is not idempotent",
  },
  {
    id: "confirmed-already",
    original:
      "a lost answer to AdminConfirmSignUp rejects with `User cannot be confirmed. Current status is CONFIRMED`",
    ours: "resolves",
    why: "the user is confirmed",
  },
  {
    id: "self-confirmed",
    original:
      "confirms a user that the pool has confirmed by itself, and rejects although the user is there",
    ours: "skips the second call",
    why: "SignUp's answer says so",
  },
  {
    id: "cut-answer",
    original: "hangs on an answer that is cut in the middle, until the process ends",
    ours: "rejects: `network`",
    why: "every call settles",
  },
  {
    id: "silence",
    original: "waits two minutes for an answer, and does so four times",
    ours: "rejects after `timeoutMs`, ten seconds: `timeout`",
    why: "by then the client has given up",
  },
  {
    id: "network-names",
    original: "a refused connection is called `UnknownEndpoint`, a reset `TimeoutError`",
    ours: "both `NetworkingError`, reason `network`; `message` says what happened",
    why: "the names mislead",
  },
  {
    id: "redirect",
    original: "follows a redirect of the service to any place, with the request that it signed",
    ours: "rejects: `service`",
    why: "Cognito does not redirect; user names and passwords go nowhere else",
  },
  {
    id: "unreadable",
    original: "an answer that is no JSON object: a `SyntaxError` or `TypeError`",
    ours: "rejects: `service`, `UnknownError`",
    why: "it is the service's failure, or that of something in between",
  },
  {
    id: "no-message",
    original: "a failure that has no message: `message` is `null`",
    ours: "`message` is the name, or empty as the service sent it",
    why: "an Error's message is a string",
  },
  {
    id: "odd-text",
    original:
      "an argument of more than 65,536 characters, or with lone surrogates, goes to the service",
    ours: "rejects: `invalid-argument`",
    why: "the service would take another text for it, or none",
  },
  {
    id: "empty-variable",
    original: "a variable that is set to the empty string is sent",
    ours: "counts as not set",
    why: "what is missing is then named",
  },
  {
    id: "region-of-pool",
    original: "sends every call to `AWS_REGION`, and needs it",
    ours: "sends them to `COGNITO_REGION`, else to the region that the pool's id begins with, else to `AWS_REGION` or `AWS_DEFAULT_REGION`",
    why: "AWS Lambda sets `AWS_REGION` to its own region, wherever the pool is",
  },
  {
    id: "hosts",
    original:
      "has its own list of hosts, without Cognito's rules for dual stack, the European Sovereign Cloud and isolated regions",
    ours: "has the hosts of the AWS SDK for JavaScript v3",
    why: "its list is newer: AWS has added hosts since",
    shownBy: [
      "__test__/settings/aws-settings.spec.js",
      "where the original goes, with the listed differences",
    ],
  },
  {
    id: "profile-lines",
    original: "ignores lines of `~/.aws/config` and `~/.aws/credentials` that it cannot parse",
    ours: "reports file and line in `cause`, and asks the next source of credentials unless a variable names the profile or the file",
    why: "a misspelled line must not select other credentials silently",
    shownBy: [
      "__test__/settings/profile-files.spec.js",
      "a line that is none: the original ignores it, and ours reports it",
    ],
  },
  {
    id: "unknown-credentials",
    original: "credentials that AWS refuses as unknown (`UnrecognizedClientException`): rejects",
    ours: "asks their source once more, and repeats the call if it has other credentials",
    why: "keys are rotated and roles are revoked while a server runs",
    shownBy: [
      "__test__/settings/credential-renewal.spec.js",
      "as unknown to AWS: the original rejects, and ours asks their source",
    ],
  },
  {
    id: "configuration-words",
    original:
      "names what is missing in the SDK's words, several at once as `MultipleValidationErrors`",
    ours: "the same words, then what to set; the first that is missing",
    why: "the message says what to set",
  },
  {
    id: "token-code",
    original: "token errors have no `code`",
    ours: "`code` is the name",
    why: "every error can be recognized by its `code`",
  },
];
