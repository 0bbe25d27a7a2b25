"use strict";

// A Cognito that signs everybody in at once, for the sign-ins of another process.

const http = require("node:http");

const part = (length) => "x".repeat(length);
const token = `${part(100)}.${part(900)}.${part(342)}`;
const answer = Buffer.from(
  JSON.stringify({
    AuthenticationResult: {
      AccessToken: token,
      ExpiresIn: 3600,
      IdToken: token,
      RefreshToken: part(1_700),
      TokenType: "Bearer",
    },
    ChallengeParameters: {},
  }),
);

const server = http.createServer((request, response) => {
  request.resume().on("end", () => {
    response
      .writeHead(200, {
        "content-type": "application/x-amz-json-1.1",
        "content-length": answer.length,
        "x-amzn-requestid": "8d2e1f3a-0000-4000-8000-000000000000",
      })
      .end(answer);
  });
});
server.listen(0, "127.0.0.1", () => process.send(server.address().port));
process.once("disconnect", () => process.exit(0));
