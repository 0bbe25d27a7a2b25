"use strict";

// As the tutorial's auth.js has it.

const AWS = require("aws-sdk");
const jwt = require("jsonwebtoken");
const jwksClient = require("jwks-rsa");

const cognito = new AWS.CognitoIdentityServiceProvider({
  endpoint: process.env.AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER,
});
const keys = jwksClient({ jwksUri: process.env.COGNITO_JWKS_URI });

const login = async (username, password) => {
  const signIn = {
    ClientId: process.env.COGNITO_CLIENT_ID,
    UserPoolId: process.env.USER_POOL_ID,
    AuthFlow: "ADMIN_NO_SRP_AUTH",
    AuthParameters: { USERNAME: username, PASSWORD: password },
  };
  return (await cognito.adminInitiateAuth(signIn).promise()).AuthenticationResult.IdToken;
};

const verifyToken = (idToken) =>
  new Promise((resolve, reject) => {
    const key = ({ kid }, callback) =>
      keys.getSigningKey(kid, (_error, found) =>
        callback(null, found.publicKey ?? found.rsaPublicKey),
      );
    jwt.verify(idToken, key, {}, (error, claims) => (error ? reject(error) : resolve(claims)));
  });

module.exports = { login, verifyToken };
