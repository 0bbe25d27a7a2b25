"use strict";

// What AWS recommends today.

const http = require("node:http");
const {
  AdminInitiateAuthCommand,
  CognitoIdentityProviderClient,
} = require("@aws-sdk/client-cognito-identity-provider");
const { CognitoJwtVerifier } = require("aws-jwt-verify");
const { SimpleJwksCache } = require("aws-jwt-verify/jwk");

const client = new CognitoIdentityProviderClient({
  endpoint: process.env.AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER,
});

// Its own fetcher knows HTTPS alone: this one has less to load.
const fetcher = {
  fetch: () =>
    new Promise((resolve, reject) => {
      const read = async (response) => {
        const chunks = [];
        for await (const chunk of response) chunks.push(chunk);
        resolve(Buffer.concat(chunks));
      };
      http.get(process.env.COGNITO_JWKS_URI, read).once("error", reject);
    }),
};
const verifier = CognitoJwtVerifier.create(
  {
    userPoolId: process.env.USER_POOL_ID,
    tokenUse: "id",
    clientId: process.env.COGNITO_CLIENT_ID,
  },
  { jwksCache: new SimpleJwksCache({ fetcher }) },
);

const login = async (username, password) => {
  const command = new AdminInitiateAuthCommand({
    ClientId: process.env.COGNITO_CLIENT_ID,
    UserPoolId: process.env.USER_POOL_ID,
    AuthFlow: "ADMIN_NO_SRP_AUTH",
    AuthParameters: { USERNAME: username, PASSWORD: password },
  });
  return (await client.send(command)).AuthenticationResult.IdToken;
};

module.exports = { login, verifyToken: (idToken) => verifier.verify(idToken) };
