"use strict";

// A Cognito that answers everybody at once, for the calls of another process. It refuses what contains `REFUSED`, and no other
// password: what it plays of SRP is the form of a challenge.

const http = require("node:http");

const REFUSED = "refuse-this";

const part = (length) => "x".repeat(length);
const token = `${part(100)}.${part(900)}.${part(342)}`;

const TOKENS = { AccessToken: token, ExpiresIn: 3600, IdToken: token, TokenType: "Bearer" };
const signedIn = {
  AuthenticationResult: { ...TOKENS, RefreshToken: part(1_700) },
  ChallengeParameters: {},
};
const refreshed = { AuthenticationResult: TOKENS };

const passwordVerifier = {
  ChallengeName: "PASSWORD_VERIFIER",
  ChallengeParameters: {
    SALT: "6".repeat(32),
    SECRET_BLOCK: `${part(1_364)}==`,
    SRP_B: "5".repeat(768),
    USERNAME: "theseus",
    USER_ID_FOR_SRP: "theseus",
  },
};

const user = {
  Enabled: true,
  UserAttributes: [
    { Name: "sub", Value: "8d2e1f3a-0000-4000-8000-000000000000" },
    { Name: "email", Value: "theseus@example.com" },
    { Name: "email_verified", Value: "true" },
    { Name: "phone_number", Value: "+14155550100" },
    { Name: "phone_number_verified", Value: "true" },
  ],
  UserCreateDate: 1_700_000_000.123,
  UserLastModifiedDate: 1_700_000_000.456,
  UserStatus: "CONFIRMED",
  Username: "theseus",
};

/** Of the pages of ListUsers, as many as Cognito would give for 60,000 users. */
const PAGES = 1000;

/** A page of users, by the token in the request; the first one has none. */
function page(body) {
  const number = Number(/"PaginationToken":"(\d+)"/.exec(body)?.[1] ?? 0);
  const Users = Array.from({ length: 60 }, (_, index) => ({
    Attributes: user.UserAttributes,
    Enabled: user.Enabled,
    UserCreateDate: user.UserCreateDate,
    UserLastModifiedDate: user.UserLastModifiedDate,
    UserStatus: user.UserStatus,
    Username: `theseus-${number}-${index}`,
  }));
  const next = number + 1 < PAGES && { PaginationToken: String(number + 1) };
  return prepared({ Users, ...next });
}

const refusal = {
  __type: "NotAuthorizedException",
  message: "Incorrect username or password.",
};

const prepared = (body, status = 200) => ({ status, bytes: Buffer.from(JSON.stringify(body)) });
const [SIGNED_IN, REFRESHED, PASSWORD_VERIFIER, USER, REFUSAL] = [
  prepared(signedIn),
  prepared(refreshed),
  prepared(passwordVerifier),
  prepared(user),
  prepared(refusal, 400),
];

/** Answers by operation, for those that do more than sign a user in. */
const ANSWERS = {
  AdminGetUser: () => USER,
  GetTokensFromRefreshToken: () => REFRESHED,
  ListUsers: page,
  InitiateAuth(body) {
    if (body.includes('"USER_SRP_AUTH"')) return PASSWORD_VERIFIER;
    return body.includes('"REFRESH_TOKEN_AUTH"') ? REFRESHED : SIGNED_IN;
  },
};

function answerTo(target, body) {
  if (body.includes(REFUSED)) return REFUSAL;
  return ANSWERS[target.split(".")[1]]?.(body) ?? SIGNED_IN;
}

function serve() {
  const server = http.createServer((request, response) => {
    const chunks = [];
    request.on("data", (chunk) => chunks.push(chunk));
    request.on("end", () => {
      const body = Buffer.concat(chunks).toString("latin1");
      const { status, bytes } = answerTo(request.headers["x-amz-target"], body);
      response
        .writeHead(status, {
          "content-type": "application/x-amz-json-1.1",
          "content-length": bytes.length,
          "x-amzn-requestid": "8d2e1f3a-0000-4000-8000-000000000000",
        })
        .end(bytes);
    });
  });
  server.listen(0, "127.0.0.1", () => process.send(server.address().port));
  process.once("disconnect", () => process.exit(0));
}

if (require.main === module) serve();

module.exports = { PAGES, REFUSED };
