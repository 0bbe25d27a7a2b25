// The four functions of the tutorial.

import type { CallOptions } from "./calls";
import type { IdTokenClaims } from "./claims";

/** What {@link createCognitoUser} resolves to: its arguments, unchanged. */
export interface CreatedUser {
  /** The user name, as given. */
  username: string;
  /** The e-mail address, as given. */
  email: string | null | undefined;
  /** The phone number, as given. */
  phoneNumber: string | null | undefined;
}

/** What {@link fetchUserByUsername} resolves to. */
export interface FetchedUser {
  /** The user name that was asked for. */
  username: string;
  /** The user's `phone_number` attribute, in E.164 form (`+14155550100`). */
  phoneNumber: string;
}

/**
 * Registers a user and confirms it at once: SignUp, then AdminConfirmSignUp.
 *
 * `email` and `phoneNumber` may be left out, the attribute is then not sent.
 *
 * SignUp is never repeated after a failure that leaves open whether it took place. A failure after it
 * carries `stage: "confirm"` (the user exists, unconfirmed), before it `stage: "sign-up"`.
 *
 * @throws {AuthError} `user-exists`, `password-policy`, `invalid-argument`, `aws-credentials`, `config`,
 * `delivery-failed` (the user exists), `attempts-exceeded`, `not-authorized`, `rejected-by-trigger`, `throttled`, `network`,
 * `timeout`, `service`
 * @see https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_SignUp.html
 * @example
 * const user = await createCognitoUser("theseus", "Labyrinth1", "theseus@example.com", "+14155550100");
 */
export function createCognitoUser(
  username: string,
  password: string,
  email?: string | null,
  phoneNumber?: string | null,
  options?: CallOptions,
): Promise<CreatedUser>;

/**
 * Signs a user in (AdminInitiateAuth, `ADMIN_NO_SRP_AUTH`, unless {@link AuthOptions.authFlow} names another flow) and resolves
 * to the ID token. {@link Auth.signIn} gives all tokens, and the further steps that a sign-in may take.
 *
 * @throws {AuthError} `bad-credentials`, `user-missing`, `user-unconfirmed`, `user-disabled`,
 * `challenge-required` (with `challengeName`, `challenge` and `session`), `invalid-argument`, `config`,
 * `aws-credentials`, `attempts-exceeded`, `password-reset-required`, `not-authorized`, `rejected-by-trigger`, `throttled`,
 * `network`, `timeout`, `service`
 * @see https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminInitiateAuth.html
 * @example
 * const idToken = await login("theseus", "Labyrinth1");
 */
export function login(username: string, password: string, options?: CallOptions): Promise<string>;

/**
 * Looks a user up (AdminGetUser) and resolves to its name and phone number.
 *
 * @throws {AuthError} `user-missing`, `phone-missing` (the user has no `phone_number`),
 * `invalid-argument`, `aws-credentials`, `config`, `throttled`, `network`, `timeout`, `service`
 * @see https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminGetUser.html
 * @example
 * const { phoneNumber } = await fetchUserByUsername("theseus");
 */
export function fetchUserByUsername(username: string, options?: CallOptions): Promise<FetchedUser>;

/**
 * Verifies a token of the pool and resolves to its claims, a fresh plain object at each call.
 *
 * By default accepts ID tokens of the configured app client only: RS256 (RFC 7518, section 3.3)
 * with a key of the pool's JWKS, unexpired, from the pool's issuer. {@link VerifyPolicy} changes that.
 *
 * Takes no policy itself: any option but `signal` is refused with reason `config`, so that no check is dropped silently. Use
 * {@link Auth.verify}, or the option `verify` of {@link createAuth}. Ignored are numbers, functions and `null` as the second
 * argument, and jsonwebtoken's `algorithms`, `allowInvalidAsymmetricKeyTypes`, `complete`, `ignoreExpiration` and
 * `ignoreNotBefore`.
 *
 * @throws {JsonWebTokenError} `token-malformed`, `token-signature`, `token-algorithm`, `token-issuer`,
 * `token-use`, `token-client`, `token-groups`, `token-scopes`, `key-unknown`
 * @throws {TokenExpiredError} `token-expired`, with `expiredAt`
 * @throws {NotBeforeError} `token-not-active`, with `date`
 * @throws {AuthError} `keys-unavailable` (with `retryAfter`), `config`
 * @see https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-tokens-verifying-a-jwt.html
 * @example
 * const token = request.headers.authorization?.replace(/^Bearer /i, "") ?? "";
 * const claims = await verifyToken(token);
 * console.log(claims["cognito:username"]);
 */
export function verifyToken(idToken: string, options?: CallOptions): Promise<IdTokenClaims>;
