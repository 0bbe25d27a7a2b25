"use strict";

// The own passkeys, by the access token.
// https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_StartWebAuthnRegistration.html, and each one's page.

const { readAccessToken } = require("../access-token.js");
const { refusal } = require("../answers.js");
const { pageOf } = require("../pages.js");
const { passkeysOf } = require("../passkeys.js");

const MOST_LISTED = 20;

/** An operation of the access token's user. AWS documents no category of requests for these. */
const operation = (input, run) => ({
  family: "passkeys",
  signed: false,
  category: null,
  input: { ...input, AccessToken: "Token*" },
  handle: ({ state, body }) => run(state, readAccessToken(state, body.AccessToken), body),
});

const start = ({ passkeys }, { user, clientId }) => ({
  CredentialCreationOptions: passkeys.creationOptions(user, clientId),
});

function complete({ passkeys, users }, { user, clientId }, { Credential: credential }) {
  passkeys.register(users, user, { clientId, credential });
  users.touch(user);
  return {};
}

function list(state, { user }, { MaxResults: limit, NextToken: token }) {
  const { settings, users } = state;
  const { page, next } = pageOf(state, passkeysOf(user), {
    list: ["ListWebAuthnCredentials", user.attributes.sub],
    nameOf: ({ id }) => id,
    limit,
    token,
    most: MOST_LISTED,
  });
  const { createdAt: userCreatedAt } = users.recordOf(user);
  return {
    Credentials: page.map(
      ({
        id,
        name = "Passkey",
        transports = [],
        attachment,
        createdAt = userCreatedAt / 1000,
      }) => ({
        CredentialId: id,
        FriendlyCredentialName: name,
        RelyingPartyId: settings.passkeys?.relyingPartyId ?? "",
        AuthenticatorTransports: transports,
        ...(attachment && { AuthenticatorAttachment: attachment }),
        CreatedAt: createdAt,
      }),
    ),
    ...(next && { NextToken: next }),
  };
}

function remove({ users }, { user }, { CredentialId: given }) {
  const left = passkeysOf(user).filter(({ id }) => id !== given);
  if (left.length === passkeysOf(user).length) throw refusal("passkeyMissing");
  user.passkeys = left;
  users.touch(user);
  return {};
}

module.exports = {
  StartWebAuthnRegistration: operation({}, start),
  CompleteWebAuthnRegistration: operation({ Credential: "Any*" }, complete),
  ListWebAuthnCredentials: operation({ NextToken: "NextToken", MaxResults: "PasskeyLimit" }, list),
  DeleteWebAuthnCredential: operation({ CredentialId: "Text*" }, remove),
};
