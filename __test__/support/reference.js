"use strict";

// The tutorial's auth.js, with the packages that it stands on: what the addon is compared with. Only the addresses can be
// set, so that it speaks to this machine.

const { createRequire } = require("node:module");
const path = require("node:path");

const reference = createRequire(path.join(__dirname, "..", "reference", "package.json"));
const AWS = reference("aws-sdk");
const jwt = reference("jsonwebtoken");
const jwksClient = reference("jwks-rsa");

const cognito = new AWS.CognitoIdentityServiceProvider({
  endpoint: process.env.AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER,
});
const keys = jwksClient({ jwksUri: process.env.COGNITO_JWKS_URI });

const createCognitoUser = async (username, password, email, phoneNumber) => {
  const signUp = {
    ClientId: process.env.COGNITO_CLIENT_ID,
    Username: username,
    Password: password,
    UserAttributes: [
      { Name: "email", Value: email },
      { Name: "phone_number", Value: phoneNumber },
    ],
  };
  await cognito.signUp(signUp).promise();
  const confirmation = { UserPoolId: process.env.USER_POOL_ID, Username: username };
  await cognito.adminConfirmSignUp(confirmation).promise();
  return { username, email, phoneNumber };
};

const login = async (username, password) => {
  const signIn = {
    ClientId: process.env.COGNITO_CLIENT_ID,
    UserPoolId: process.env.USER_POOL_ID,
    AuthFlow: "ADMIN_NO_SRP_AUTH",
    AuthParameters: { USERNAME: username, PASSWORD: password },
  };
  const {
    AuthenticationResult: { IdToken: idToken },
  } = await cognito.adminInitiateAuth(signIn).promise();
  return idToken;
};

const fetchUserByUsername = async (username) => {
  const user = await cognito
    .adminGetUser({ UserPoolId: process.env.USER_POOL_ID, Username: username })
    .promise();
  const [phone] = user.UserAttributes.filter(({ Name }) => Name === "phone_number");
  return { username, phoneNumber: phone.Value };
};

const verifyToken = async (idToken) => {
  const getKey = (header, callback) => {
    keys.getSigningKey(header.kid, (_error, key) => {
      callback(null, key.publicKey || key.rsaPublicKey);
    });
  };
  return new Promise((resolve, reject) => {
    jwt.verify(idToken, getKey, {}, (error, claims) => {
      if (error) reject(error);
      resolve(claims);
    });
  });
};

module.exports = { createCognitoUser, fetchUserByUsername, login, verifyToken };
