"use strict";

// The claims of Cognito's tokens, in their order. No keys are made here.
// https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-id-token.html
// https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-access-token.html

const crypto = require("node:crypto");

/** Validity of ID and access tokens by default: an hour. */
const LIFE_SECONDS = 3600;

/** Tokens of an application's own sign-in have this scope and no other. */
const SCOPE = "aws.cognito.signin.user.admin";

/** Attributes that are booleans in a token and text elsewhere. */
const BOOLEANS = ["email_verified", "phone_number_verified"];

/** Claims that come before another one of the same bucket. */
const EARLY = ["cognito:groups", "cognito:roles", "identities", "scope"];

/**
 * Cognito writes the claims in the order of a Java HashMap of 32 buckets, or as many more as keep it three quarters full:
 * the examples on AWS's pages have exactly this order.
 */
function inJavaOrder(claims) {
  const entries = Object.entries(claims).filter(([, value]) => value !== undefined);
  let buckets = 32;
  while (entries.length > buckets * 0.75) buckets *= 2;
  const bucketOf = (name) => {
    let hash = 0;
    for (let index = 0; index < name.length; index++) {
      hash = (Math.imul(31, hash) + name.charCodeAt(index)) | 0;
    }
    return (hash ^ (hash >>> 16)) & (buckets - 1);
  };
  const placed = entries.map((entry) => {
    const [name] = entry;
    return { entry, place: 2 * bucketOf(name) + (EARLY.includes(name) ? 0 : 1) };
  });
  return Object.fromEntries(placed.sort((a, b) => a.place - b.place).map(({ entry }) => entry));
}

/** What both tokens of a sign-in say of it. */
function commonClaims({ settings, clock }, user, signIn) {
  const now = clock.seconds();
  return {
    sub: user.attributes.sub,
    "cognito:groups": user.groups.length > 0 ? [...user.groups] : undefined,
    iss: settings.issuer,
    origin_jti: signIn.originJti,
    event_id: signIn.eventId,
    auth_time: signIn.authTime,
    exp: now + LIFE_SECONDS,
    iat: now,
    jti: crypto.randomUUID(),
  };
}

/**
 * The IAM roles of the user's groups, and the role of the group that goes first: groups without a precedence go last. Groups of the
 * same precedence with other roles leave it open.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-user-groups.html (Assigning precedence values to groups)
 */
function roleClaims({ groups }, user) {
  const found = user.groups.map((name) => groups.get(name) ?? {});
  const rolesOf = (some) => [
    ...new Set(some.map(({ RoleArn }) => RoleArn).filter((role) => role !== undefined)),
  ];
  const placeOf = ({ Precedence = Number.POSITIVE_INFINITY }) => Precedence;
  const first = Math.min(...found.map(placeOf));
  const roles = rolesOf(found);
  const preferred = rolesOf(found.filter((group) => placeOf(group) === first));
  return {
    "cognito:roles": roles.length > 0 ? roles : undefined,
    "cognito:preferred_role": preferred.length === 1 ? preferred[0] : undefined,
  };
}

/** The user's attributes as claims. An address is an object: aws-amplify/amplify-js#4935 */
function attributeClaims({ attributes: { sub, address, ...attributes } }) {
  for (const name of BOOLEANS) {
    if (attributes[name] !== undefined) attributes[name] = attributes[name] === "true";
  }
  return { ...attributes, address: address === undefined ? undefined : { formatted: address } };
}

function idClaims(state, user, signIn) {
  return {
    ...commonClaims(state, user, signIn),
    ...roleClaims(state, user),
    "cognito:username": user.username,
    aud: state.settings.clientId,
    token_use: "id",
    ...attributeClaims(user),
  };
}

const accessClaims = (state, user, signIn) => ({
  ...commonClaims(state, user, signIn),
  device_key: signIn.deviceKey ?? undefined,
  client_id: state.settings.clientId,
  token_use: "access",
  scope: SCOPE,
  username: user.username,
});

const CLAIMS = { id: idClaims, access: accessClaims };

/** The claims of a token of this use, in Cognito's order. */
const claimsOf = (use, state, user, signIn) => inJavaOrder(CLAIMS[use](state, user, signIn));

module.exports = { CLAIMS, LIFE_SECONDS, SCOPE, claimsOf, inJavaOrder };
