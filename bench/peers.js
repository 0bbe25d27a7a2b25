"use strict";

// The peers: each set up as its documentation says, to check what we check where it can. `checks` says what it does not.

const crypto = require("node:crypto");

const ALL = "all";

const OURS = "cognito-auth-native";

/** A second build of this package, in another folder. */
const OTHER_BUILD = "other build";

/** Claims that a library has no option for, checked by hand as its users do. */
function requireIdToken(claims) {
  if (claims.token_use !== "id") throw new Error("not an ID token");
  return claims;
}

/** The build of this package in `folder`, by one of its methods. */
const verifying = (folder, method) => ({
  package: folder,
  checks: ALL,
  async make({ settings }) {
    const auth = require(folder).createAuth(settings);
    await auth.ready();
    return auth[method];
  },
});

const PEERS = {
  [OURS]: verifying("..", "verifyToken"),
  [`${OURS}, sync`]: verifying("..", "verifySync"),
  "the tutorial": {
    package: "jsonwebtoken",
    checks: "signature and times only",
    async make({ settings }) {
      const jwt = require("jsonwebtoken");
      const client = require("jwks-rsa")({ jwksUri: settings.jwksUri, cache: true });
      const key = (header, callback) =>
        client.getSigningKey(header.kid, (_error, found) =>
          callback(null, found.publicKey ?? found.rsaPublicKey),
        );
      return (token) =>
        new Promise((resolve, reject) => {
          jwt.verify(token, key, {}, (error, claims) => (error ? reject(error) : resolve(claims)));
        });
    },
  },
  "jsonwebtoken, KeyObject": {
    package: "jsonwebtoken",
    checks: "all; key fixed, no kid",
    async make({ key, issuer, clientId }) {
      const jwt = require("jsonwebtoken");
      const options = { algorithms: ["RS256"], issuer, audience: clientId };
      return (token) => requireIdToken(jwt.verify(token, key, options));
    },
  },
  "jose, local JWKS": {
    package: "jose",
    checks: ALL,
    async make({ jwks, issuer, clientId }) {
      const { createLocalJWKSet, jwtVerify } = await import("jose");
      const keys = createLocalJWKSet(jwks);
      const options = { algorithms: ["RS256"], issuer, audience: clientId };
      return async (token) => requireIdToken((await jwtVerify(token, keys, options)).payload);
    },
  },
  "jose, remote JWKS": {
    package: "jose",
    checks: ALL,
    async make({ settings, issuer, clientId }) {
      const { createRemoteJWKSet, jwtVerify } = await import("jose");
      const keys = createRemoteJWKSet(new URL(settings.jwksUri));
      const options = { algorithms: ["RS256"], issuer, audience: clientId };
      return async (token) => requireIdToken((await jwtVerify(token, keys, options)).payload);
    },
  },
  "aws-jwt-verify": {
    package: "aws-jwt-verify",
    checks: ALL,
    async make(context) {
      const verifier = awsVerifier(context);
      return (token) => verifier.verify(token);
    },
  },
  "aws-jwt-verify, sync": {
    package: "aws-jwt-verify",
    checks: ALL,
    async make(context) {
      const verifier = awsVerifier(context);
      return (token) => verifier.verifySync(token);
    },
  },
  "fast-jwt, sync": {
    package: "fast-jwt",
    checks: "all; key fixed, no kid",
    async make(context) {
      return fastJwt(context, false);
    },
  },
  "fast-jwt, sync, cache": {
    package: "fast-jwt",
    checks: "all; key fixed; every caller gets the same object",
    async make(context) {
      return fastJwt(context, 20_000);
    },
  },
  "@node-rs/jsonwebtoken": {
    package: "@node-rs/jsonwebtoken",
    checks: "all; key fixed, no kid",
    async make({ pem, issuer, clientId }) {
      const { Algorithm, verify } = require("@node-rs/jsonwebtoken");
      const options = { algorithms: [Algorithm.RS256], iss: [issuer], aud: [clientId], leeway: 0 };
      return async (token) => requireIdToken(await verify(token, pem, options));
    },
  },
  "crypto.verify": {
    package: null,
    checks: "signature only: the floor for JavaScript",
    async make({ key }) {
      return (token) => {
        const end = token.lastIndexOf(".");
        const signature = Buffer.from(token.slice(end + 1), "base64url");
        if (!crypto.verify("sha256", Buffer.from(token.slice(0, end)), key, signature)) {
          throw new Error("invalid signature");
        }
        return JSON.parse(Buffer.from(token.slice(token.indexOf(".") + 1, end), "base64url"));
      };
    },
  },
};

function awsVerifier({ settings, clientId, jwks }) {
  const { CognitoJwtVerifier } = require("aws-jwt-verify");
  const verifier = CognitoJwtVerifier.create({
    userPoolId: settings.userPoolId,
    tokenUse: "id",
    clientId,
  });
  verifier.cacheJwks(jwks);
  return verifier;
}

function fastJwt({ pem, issuer, clientId }, cache) {
  const { createVerifier } = require("fast-jwt");
  const verify = createVerifier({
    key: pem,
    algorithms: ["RS256"],
    allowedIss: issuer,
    allowedAud: clientId,
    cache,
  });
  return (token) => requireIdToken(verify(token));
}

const CREDENTIALS = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "wJalrXUtnFEMI" };

const signingIn = (folder) => ({
  package: folder,
  make: ({ settings }, endpoint) =>
    require(folder).createAuth({ ...settings, endpoint, credentials: CREDENTIALS }).login,
});

/** A client of AWS SDK v3 that keeps its connections, and has one for each call in flight: its default is 50. */
function sdkClient({ region, endpoint, credentials }) {
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = "true";
  const { CognitoIdentityProviderClient } = require("@aws-sdk/client-cognito-identity-provider");
  const requestHandler = { httpAgent: { keepAlive: true, maxSockets: 128 } };
  return new CognitoIdentityProviderClient({ region, endpoint, credentials, requestHandler });
}

/** What signs users in: each gives a function of user name and password for the service at `endpoint`. */
const SIGN_IN = {
  [OURS]: signingIn(".."),
  "AWS SDK v3": {
    package: "@aws-sdk/client-cognito-identity-provider",
    make({ settings }, endpoint) {
      const { AdminInitiateAuthCommand } = require("@aws-sdk/client-cognito-identity-provider");
      const client = sdkClient({ region: settings.region, endpoint, credentials: CREDENTIALS });
      return async (username, password) => {
        const command = new AdminInitiateAuthCommand(
          signInParameters(settings, username, password),
        );
        return (await client.send(command)).AuthenticationResult.IdToken;
      };
    },
  },
  "AWS SDK v2 (the tutorial)": {
    package: "aws-sdk",
    make({ settings }, endpoint) {
      process.env.AWS_SDK_JS_SUPPRESS_MAINTENANCE_MODE_MESSAGE = "1";
      const AWS = require("aws-sdk");
      const client = new AWS.CognitoIdentityServiceProvider({
        region: settings.region,
        endpoint,
        credentials: new AWS.Credentials(CREDENTIALS),
      });
      return async (username, password) => {
        const parameters = signInParameters(settings, username, password);
        return (await client.adminInitiateAuth(parameters).promise()).AuthenticationResult.IdToken;
      };
    },
  },
};

function signInParameters({ userPoolId, clientId }, username, password) {
  return {
    UserPoolId: userPoolId,
    ClientId: clientId,
    AuthFlow: "ADMIN_NO_SRP_AUTH",
    AuthParameters: { USERNAME: username, PASSWORD: password },
  };
}

/** Verifiers and sign-ins by their names, with those of the build in the folder `also` if one is given. */
function peersWith(also) {
  if (also === undefined) return { verifiers: PEERS, signIns: SIGN_IN };
  return {
    verifiers: { ...PEERS, [OTHER_BUILD]: verifying(also, "verifyToken") },
    signIns: { ...SIGN_IN, [OTHER_BUILD]: signingIn(also) },
  };
}

/**
 * The peers in the order of one round: rotated, with the two builds of this package next to each other and their order
 * reversed in every second round.
 */
function orderOf(peers, round) {
  const others = peers.filter((peer) => peer !== OTHER_BUILD);
  const order = others.map((_, i) => others[(i + round) % others.length]);
  if (others.length < peers.length)
    order.splice(order.indexOf(OURS) + 1 - (round % 2), 0, OTHER_BUILD);
  return order;
}

module.exports = { OTHER_BUILD, OURS, orderOf, peersWith, sdkClient };
