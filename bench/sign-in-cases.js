"use strict";

// The cases of sign-in.js: what each peer calls, with what, and what must come of it.

const { OURS, sdkClient } = require("./peers");
const { PAGES, REFUSED } = require("./service");

const SDK = "AWS SDK v3";
const SRP_JS = "amazon-cognito-identity-js";
/** No peer of a sign-in: what two requests cost a process that does not compute at all. */
const SRP_FLOOR = "AWS SDK v3: both requests, nothing proved";

const USER = "theseus";
const PASSWORD = "Labyrinth1";
const WRONG_PASSWORD = "Minotaur1";

const auth = (options, more) => require("..").createAuth({ ...options, ...more });

/** Signs in with a flow: resolves to the ID token. */
const ours = (authFlow) => (options) => {
  const { signIn } = auth(options, { authFlow });
  return async (username, password) => (await signIn(username, password)).idToken;
};

/** Sends a command of AWS SDK v3: `input` makes its parameters, `read` is given what it resolves to. */
const sdk = (name, input, read) => (options) => {
  const commands = require("@aws-sdk/client-cognito-identity-provider");
  const client = sdkClient(options);
  return async (...given) => read(await client.send(new commands[name](input(options, ...given))));
};

const idToken = ({ AuthenticationResult: { IdToken } }) => IdToken;

const withPassword =
  (AuthFlow) =>
  ({ clientId: ClientId }, USERNAME, given) => ({
    ClientId,
    AuthFlow,
    AuthParameters: { USERNAME, PASSWORD: given },
  });

const asAdmin = (options, ...given) => ({
  UserPoolId: options.userPoolId,
  ...withPassword("ADMIN_NO_SRP_AUTH")(options, ...given),
});

/** Signs in with SRP as the library's documentation says. */
function srpOfIdentityJs({ userPoolId, clientId, endpoint }) {
  const { AuthenticationDetails, CognitoUser, CognitoUserPool } = require(SRP_JS);
  const Pool = new CognitoUserPool({ UserPoolId: userPoolId, ClientId: clientId, endpoint });
  return (Username, Password) =>
    new Promise((resolve, reject) => {
      const user = new CognitoUser({ Username, Pool });
      user.authenticateUser(new AuthenticationDetails({ Username, Password }), {
        onSuccess: (session) => resolve(session.getIdToken().getJwtToken()),
        onFailure: reject,
        newPasswordRequired: () => reject(new Error("a new password is required")),
      });
    });
}

/** Both requests of SRP, with numbers that prove nothing: AWS SDK v3 has no SRP of its own. */
function srpFloor(options) {
  const commands = require("@aws-sdk/client-cognito-identity-provider");
  const client = sdkClient(options);
  const ClientId = options.clientId;
  return async (USERNAME) => {
    const { ChallengeName, ChallengeParameters } = await client.send(
      new commands.InitiateAuthCommand({
        ClientId,
        AuthFlow: "USER_SRP_AUTH",
        AuthParameters: { USERNAME, SRP_A: "a".repeat(768) },
      }),
    );
    const answer = new commands.RespondToAuthChallengeCommand({
      ClientId,
      ChallengeName,
      ChallengeResponses: {
        USERNAME,
        PASSWORD_CLAIM_SECRET_BLOCK: ChallengeParameters.SECRET_BLOCK,
        PASSWORD_CLAIM_SIGNATURE: `${"A".repeat(43)}=`,
        TIMESTAMP: "Thu Nov 26 08:00:00 UTC 2026",
      },
    });
    return idToken(await client.send(answer));
  };
}

/** How many users there are. Each is handed to `onUser`, which is awaited. */
async function eachOf(users, onUser) {
  let count = 0;
  for await (const user of users) {
    count += 1;
    await onUser(user);
  }
  return count;
}

/** Lists users as the SDK's documentation says. */
function listBySdk(options) {
  const { paginateListUsers } = require("@aws-sdk/client-cognito-identity-provider");
  const client = sdkClient(options);
  return (onUser, username) => {
    const Filter = username && `username = "${username}"`;
    const pages = paginateListUsers({ client }, { UserPoolId: options.userPoolId, Filter });
    const users = async function* () {
      for await (const { Users } of pages) yield* Users;
    };
    return eachOf(users(), onUser);
  };
}

const isToken = (text) => text.length > 800 && text.split(".").length === 3;

/** A refresh token of its own for each call: calls with the same one share a request of ours. */
const refreshToken = (index) => `refresh-${index}-`.padEnd(1_700, "x");

const refreshBySdk = sdk(
  "GetTokensFromRefreshTokenCommand",
  ({ clientId: ClientId }, RefreshToken) => ({ ClientId, RefreshToken }),
  idToken,
);
const refreshByFlow = sdk(
  "InitiateAuthCommand",
  ({ clientId: ClientId }, REFRESH_TOKEN) => ({
    ClientId,
    AuthFlow: "REFRESH_TOKEN_AUTH",
    AuthParameters: { REFRESH_TOKEN },
  }),
  idToken,
);

const signingIn = { input: () => [USER, PASSWORD], refused: [USER, REFUSED], isGood: isToken };
const srp = {
  server: "pool",
  input: () => [USER, PASSWORD],
  refused: [USER, WRONG_PASSWORD],
  isGood: isToken,
};

/**
 * Each case: the server (service.js unless it says `pool`), what each call is given, what must be refused, how a result is
 * told to be good, and the peers. A peer with `floor` does less than the others, and nothing is refused to it.
 */
const CASES = {
  password: {
    title: "signIn, USER_PASSWORD_AUTH",
    measure: "calls",
    ...signingIn,
    peers: {
      [OURS]: { make: ours("USER_PASSWORD_AUTH") },
      [SDK]: { make: sdk("InitiateAuthCommand", withPassword("USER_PASSWORD_AUTH"), idToken) },
    },
  },
  admin: {
    title: "signIn, ADMIN_NO_SRP_AUTH",
    measure: "calls",
    ...signingIn,
    peers: {
      [OURS]: { make: ours("ADMIN_NO_SRP_AUTH") },
      [SDK]: { make: sdk("AdminInitiateAuthCommand", asAdmin, idToken) },
    },
  },
  refresh: {
    title: "refresh, each token once",
    measure: "calls",
    input: (index) => [refreshToken(index)],
    refused: [REFUSED],
    isGood: isToken,
    peers: {
      [OURS]: {
        make(options) {
          const { refresh } = auth(options);
          return async (token) => (await refresh(token)).idToken;
        },
      },
      [SDK]: { make: refreshBySdk },
      [`${SDK}, REFRESH_TOKEN_AUTH`]: { make: refreshByFlow },
    },
  },
  user: {
    title: "users.get",
    measure: "calls",
    // Not all builds of this package have it.
    isMissing: (functions) => functions.users === undefined,
    input: () => [USER],
    refused: [REFUSED],
    isGood: (name) => name === USER,
    peers: {
      [OURS]: {
        make(options) {
          const { users } = auth(options);
          return async (name) => (await users.get(name)).username;
        },
      },
      [SDK]: {
        make: sdk(
          "AdminGetUserCommand",
          ({ userPoolId: UserPoolId }, Username) => ({ UserPoolId, Username }),
          ({ Username }) => Username,
        ),
      },
    },
  },
  list: {
    title: "users.list, 60,000 users one after the other",
    measure: "memory",
    isMissing: (functions) => functions.users === undefined,
    input: () => [() => {}],
    refused: [() => {}, REFUSED],
    isGood: (count) => count === PAGES * 60,
    peers: {
      [OURS]: {
        make(options) {
          const { users } = auth(options);
          return (onUser, username) => eachOf(users.list(username && { username }), onUser);
        },
      },
      [SDK]: { make: listBySdk },
    },
  },
  srp: {
    title: "signIn, USER_SRP_AUTH",
    measure: "cpu",
    ...srp,
    peers: {
      [OURS]: { make: ours("USER_SRP_AUTH") },
      [SRP_JS]: { make: srpOfIdentityJs },
      [SRP_FLOOR]: { make: srpFloor, server: "service", floor: true },
    },
  },
  delay: {
    title: "the event loop, beside 64 sign-ins with USER_SRP_AUTH",
    measure: "delay",
    ...srp,
    peers: { [OURS]: { make: ours("USER_SRP_AUTH") }, [SRP_JS]: { make: srpOfIdentityJs } },
  },
};

module.exports = { CASES };
