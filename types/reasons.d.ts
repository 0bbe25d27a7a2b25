// Why a call failed, made by `npm run generate`: never edited by hand.

/**
 * Why a call failed. Stable: a reason never changes its meaning.
 * @example
 * switch (error.reason) {
 *   case "token-expired": return response.status(401).json({ refresh: true });
 *   case "keys-unavailable": return response.status(503).set("retry-after", `${error.retryAfter}`).end();
 *   default: return response.status(error.status).json({ message: error.message });
 * }
 */
export type Reason =
  /** The caller gave the call up: `cause` is the signal's reason. */
  | "aborted"
  /** Too many wrong passwords or codes, or too many codes requested: Cognito refuses further attempts for a while. */
  | "attempts-exceeded"
  /** AWS credentials are missing, expired or not allowed to make the call. */
  | "aws-credentials"
  /** The user name or the password is wrong. */
  | "bad-credentials"
  /** The challenge has expired or has already been answered: the sign-in must start again. */
  | "challenge-expired"
  /** Signing in takes a further step: `challengeName`, `challenge`. */
  | "challenge-required"
  /** The code has expired. */
  | "code-expired"
  /** The code is wrong. */
  | "code-wrong"
  /** A setting is missing or wrong: the message names it. */
  | "config"
  /** A page of another site sent the request, and the token is in a cookie. */
  | "cross-site"
  /** Cognito could not send the code: after a sign-up the user exists. */
  | "delivery-failed"
  /** A group of this name exists. */
  | "group-exists"
  /** There is no such group. */
  | "group-missing"
  /** A defect of this package. */
  | "internal"
  /** An argument that Cognito cannot accept. */
  | "invalid-argument"
  /** The token's `kid` names no key of the pool. */
  | "key-unknown"
  /** There are no keys, and none can be had now: `retryAfter`. */
  | "keys-unavailable"
  /** The user has not set up this second factor. */
  | "mfa-missing"
  /** Cognito cannot be reached, or the connection broke. */
  | "network"
  /** Cognito refuses the action for this user or client. */
  | "not-authorized"
  /** There is no such passkey. */
  | "passkey-missing"
  /** Cognito refuses the passkey. */
  | "passkey-refused"
  /** The password breaks the pool's policy: the message says how. */
  | "password-policy"
  /** The user must reset the password first. */
  | "password-reset-required"
  /** The user has no `phone_number`. */
  | "phone-missing"
  /** The refresh token has expired or has been revoked. */
  | "refresh-expired"
  /** The refresh token has been replaced by a new one. */
  | "refresh-reused"
  /** A Lambda trigger of the pool refused. */
  | "rejected-by-trigger"
  /** The operating system refuses to start a thread: nothing was sent, and a later call tries again. */
  | "resources"
  /** Cognito failed, or answered what nobody expects. */
  | "service"
  /** Too many requests. */
  | "throttled"
  /** The deadline passed. */
  | "timeout"
  /** The token is not signed with RS256. */
  | "token-algorithm"
  /** The request carries more than one token. */
  | "token-ambiguous"
  /** The token was made for another app client. */
  | "token-client"
  /** The token has expired: `expiredAt`. */
  | "token-expired"
  /** The user is in none of the required groups. */
  | "token-groups"
  /** Another issuer made the token. */
  | "token-issuer"
  /** This is no token, or one of a form that is never accepted. */
  | "token-malformed"
  /** The request carries no token. */
  | "token-missing"
  /** The token is not active yet: `date`. */
  | "token-not-active"
  /** The access token has been revoked. */
  | "token-revoked"
  /** The token has none of the required scopes. */
  | "token-scopes"
  /** The signature is missing or wrong. */
  | "token-signature"
  /** The token is of the other kind (`token_use`). */
  | "token-use"
  /** Several users fit the filter. */
  | "user-ambiguous"
  /** The user is disabled. */
  | "user-disabled"
  /** The user name, e-mail address or phone number is taken. */
  | "user-exists"
  /** There is no such user. */
  | "user-missing"
  /** The user has not been confirmed. */
  | "user-unconfirmed";
