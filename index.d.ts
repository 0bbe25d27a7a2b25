/**
 * Amazon Cognito sign-up, sign-in and token verification for Node.js back ends.
 *
 * The four functions at the top level are the ones of AWS's tutorial "Build a turn-based game with
 * Amazon DynamoDB and Amazon SNS". They work on the user pool that the environment names;
 * {@link createAuth} makes the same functions for any other pool.
 *
 * Every function returns a native promise. Nothing is thrown synchronously, and every failure is an
 * {@link AuthError} with a stable `reason`.
 */

/** What {@link createCognitoUser} resolves to: its arguments, unchanged. */
export interface CreatedUser {
  username: string;
  email: string | undefined;
  phoneNumber: string | undefined;
}

/** What {@link fetchUserByUsername} resolves to. */
export interface FetchedUser {
  /** The user name that was asked for. */
  username: string;
  /** The user's `phone_number` attribute, in E.164 form (`+14155550100`). */
  phoneNumber: string;
}

/** The claims of a verified token: its payload, exactly as `JSON.parse` gives it. */
export interface Claims {
  /** The user's unique identifier in the pool (a UUID). */
  sub: string;
  /** The pool that issued the token: `https://cognito-idp.<region>.amazonaws.com/<pool id>`. */
  iss: string;
  /** What the token is for. */
  token_use: "id" | "access";
  /** Expiry, in seconds since 1970 (RFC 7519, section 4.1.4). */
  exp: number;
  /** Time of issue, in seconds since 1970. */
  iat: number;
  /** Time of the sign-in that led to the token, in seconds since 1970. */
  auth_time: number;
  /** The groups that the user belongs to. */
  "cognito:groups"?: string[];
  /** Any other claim, standard, of Cognito or of your own. */
  [claim: string]: unknown;
}

/**
 * The claims of an ID token.
 * @see https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-id-token.html
 */
export interface IdTokenClaims extends Claims {
  token_use: "id";
  /** The app client's id. */
  aud: string;
  "cognito:username": string;
  email?: string;
  phone_number?: string;
}

/**
 * Registers a user and confirms it at once: SignUp, then AdminConfirmSignUp.
 *
 * `email` and `phoneNumber` may be left out, the attribute is then not sent.
 *
 * SignUp is never repeated after a failure that leaves open whether it took place. A failure after it
 * carries `stage: "confirm"` (the user exists, unconfirmed), before it `stage: "sign-up"`.
 *
 * @throws {AuthError} `user-exists`, `password-policy`, `invalid-argument`, `config`, `credentials`,
 * `throttled`, `network`, `timeout`, `service`
 * @see https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_SignUp.html
 * @example
 * const user = await createCognitoUser("theseus", "Labyrinth1", "theseus@example.com", "+14155550100");
 */
export function createCognitoUser(
  username: string,
  password: string,
  email?: string | null,
  phoneNumber?: string | null,
): Promise<CreatedUser>;

/**
 * Signs a user in (AdminInitiateAuth, `ADMIN_NO_SRP_AUTH`) and resolves to the ID token.
 *
 * @throws {AuthError} `bad-credentials`, `user-missing`, `user-unconfirmed`, `user-disabled`,
 * `challenge-required` (with `challengeName` and `session`), `invalid-argument`, `config`,
 * `credentials`, `throttled`, `network`, `timeout`, `service`
 * @see https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminInitiateAuth.html
 * @example
 * const idToken = await login("theseus", "Labyrinth1");
 */
export function login(username: string, password: string): Promise<string>;

/**
 * Looks a user up (AdminGetUser) and resolves to its name and phone number.
 *
 * @throws {AuthError} `user-missing`, `phone-missing` (the user has no `phone_number`),
 * `invalid-argument`, `config`, `credentials`, `throttled`, `network`, `timeout`, `service`
 * @see https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminGetUser.html
 * @example
 * const { phoneNumber } = await fetchUserByUsername("theseus");
 */
export function fetchUserByUsername(username: string): Promise<FetchedUser>;

/**
 * Verifies a token of the pool and resolves to its claims, a fresh plain object at each call.
 *
 * By default accepts ID tokens of the configured app client only: RS256 (RFC 7518, section 3.3)
 * with a key of the pool's JWKS, unexpired, from the pool's issuer. {@link VerifyPolicy} changes that.
 *
 * @throws {JsonWebTokenError} `token-malformed`, `token-signature`, `token-algorithm`, `token-issuer`,
 * `token-use`, `token-client`, `token-groups`, `token-scopes`, `key-unknown`
 * @throws {TokenExpiredError} `token-expired`, with `expiredAt`
 * @throws {NotBeforeError} `token-not-active`, with `date`
 * @throws {AuthError} `keys-unavailable` (with `retryAfter`), `config`
 * @see https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-tokens-verifying-a-jwt.html
 * @example
 * const claims = await verifyToken(request.headers.authorization);
 * console.log(claims["cognito:username"]);
 */
export function verifyToken(idToken: string): Promise<IdTokenClaims>;

/**
 * The claims of an access token.
 * @see https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-access-token.html
 */
export interface AccessTokenClaims extends Claims {
  token_use: "access";
  /** The app client's id. */
  client_id: string;
  username: string;
  /** The scopes, separated by blanks. */
  scope?: string;
}

/** The claims that a policy lets through: by its `use`, ID tokens without one. */
export type ClaimsFor<Policy> = Policy extends { use: "access" }
  ? AccessTokenClaims
  : Policy extends { use: "any" }
    ? IdTokenClaims | AccessTokenClaims
    : IdTokenClaims;

/** Which tokens {@link Auth.verifyToken} accepts. Every check is on unless it is set off here. */
export interface VerifyPolicy {
  /** The `token_use` to accept. Default `"id"`. */
  use?: "id" | "access" | "any";
  /** The app clients to accept. Default: the configured one. `null` accepts every client of the pool. */
  clientId?: string | string[] | null;
  /** Seconds of clock skew to allow for `exp` and `nbf`. Default 0, at most 600. */
  clockTolerance?: number;
  /** Require membership of at least one of these groups (`cognito:groups`). */
  groups?: string | string[];
  /** Require at least one of these scopes (the access token's `scope`). */
  scopes?: string | string[];
}

/** One JSON Web Key (RFC 7517, section 4) for RSA signatures. */
export interface Jwk {
  kty: string;
  kid?: string;
  n?: string;
  e?: string;
  alg?: string;
  use?: string;
  [member: string]: unknown;
}

/** A JSON Web Key Set (RFC 7517, section 5). */
export interface Jwks {
  keys: Jwk[];
}

/** Static AWS credentials. */
export interface StaticCredentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
}

/** Every option of {@link createAuth}; each falls back to the environment variable named with it. */
export interface AuthOptions {
  /** `AWS_REGION`, then `AWS_DEFAULT_REGION`, then the region that the pool's id begins with. */
  region?: string;
  /** `USER_POOL_ID`, such as `us-east-1_AbCdEfGhI`. */
  userPoolId?: string;
  /** `COGNITO_CLIENT_ID`. */
  clientId?: string;
  /** `COGNITO_CLIENT_SECRET`: for an app client that has one; `SECRET_HASH` is then computed and sent. */
  clientSecret?: string;
  /** `COGNITO_AUTH_FLOW`. `ADMIN_USER_PASSWORD_AUTH` is the newer name of the same flow. */
  authFlow?: "ADMIN_NO_SRP_AUTH" | "ADMIN_USER_PASSWORD_AUTH";
  /** `AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER`, then `AWS_ENDPOINT_URL`: an emulator or VPC endpoint. */
  endpoint?: string;
  /** `COGNITO_ISSUER`: the one `iss` to accept. Default: the pool's own two forms. */
  issuer?: string;
  /** `COGNITO_JWKS_URI`. Default: `/.well-known/jwks.json` below the issuer, or below `<endpoint>/<pool id>`. */
  jwksUri?: string;
  /**
   * `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`, `AWS_SESSION_TOKEN`, then the AWS default chain: profile,
   * SSO, web identity, ECS, IMDS.
   */
  credentials?: StaticCredentials;
  /** Milliseconds that one call may take in all, retries included. Default 10,000. */
  timeoutMs?: number;
  /** Attempts of one request, the first included. Default 3. */
  maxAttempts?: number;
  /** Which tokens `verifyToken` accepts. */
  verify?: VerifyPolicy;
  /** Where keys come from. With `jwks`, no request for keys is ever made. */
  keys?: { jwks: Jwks };
}

/** The functions for one user pool. None of them uses `this`. */
export interface Auth<Policy extends VerifyPolicy | undefined = undefined> {
  createCognitoUser: typeof createCognitoUser;
  login: typeof login;
  fetchUserByUsername: typeof fetchUserByUsername;
  /** As the top-level {@link verifyToken}, under this Auth's {@link VerifyPolicy}. */
  verifyToken(token: string): Promise<ClaimsFor<Policy>>;
  /**
   * As {@link Auth.verifyToken}, with members of the policy replaced for this call. Keep to a few policies: 16 are
   * remembered, with the tokens that were verified under each.
   * @example
   * const claims = await auth.verify(accessToken, { use: "access", scopes: "orders/read" });
   */
  verify(token: string): Promise<ClaimsFor<Policy>>;
  verify<const CallPolicy extends VerifyPolicy>(
    token: string,
    policy: CallPolicy,
  ): Promise<ClaimsFor<CallPolicy extends { use: string } ? CallPolicy : Policy>>;
  /**
   * As {@link Auth.verify}, at once, with the keys that are there. Throws what `verify` rejects with.
   * @throws {AuthError} `keys-unavailable` while there are no keys: await {@link Auth.ready} first.
   */
  verifySync(token: string): ClaimsFor<Policy>;
  verifySync<const CallPolicy extends VerifyPolicy>(
    token: string,
    policy: CallPolicy,
  ): ClaimsFor<CallPolicy extends { use: string } ? CallPolicy : Policy>;
  /**
   * Fetches the pool's keys unless they are there already, so that the first verification need not wait.
   * @throws {AuthError} `keys-unavailable`, `config`
   */
  ready(): Promise<void>;
}

/**
 * Makes the functions for one user pool. Does no I/O.
 *
 * @throws {AuthError} `config`, synchronously, for an option that is unknown or of the wrong type or form.
 * What is merely missing is named by the first call that needs it.
 * @example
 * const auth = createAuth({ userPoolId: "eu-west-1_AbCdEfGhI", clientId: "6f5…" });
 * const claims = await auth.verifyToken(token);
 */
export function createAuth(): Auth;
export function createAuth<const Options extends AuthOptions>(
  options: Options,
): Auth<Options extends { verify: infer Policy extends VerifyPolicy } ? Policy : undefined>;

/** Why a call failed. Stable: a reason never changes its meaning. */
export type Reason =
  | "bad-credentials"
  | "challenge-required"
  | "config"
  | "credentials"
  | "internal"
  | "invalid-argument"
  | "key-unknown"
  | "keys-unavailable"
  | "network"
  | "not-authorized"
  | "password-policy"
  | "password-reset-required"
  | "phone-missing"
  | "rejected-by-trigger"
  | "service"
  | "throttled"
  | "timeout"
  | "token-algorithm"
  | "token-client"
  | "token-expired"
  | "token-groups"
  | "token-issuer"
  | "token-malformed"
  | "token-not-active"
  | "token-scopes"
  | "token-signature"
  | "token-use"
  | "user-disabled"
  | "user-exists"
  | "user-missing"
  | "user-unconfirmed";

/** Every failure of this package. Never carries a password, a token or a secret in an enumerable property. */
export class AuthError extends Error {
  /** The name that the service or the replaced library gave: `UsernameExistsException`, `TokenExpiredError`, … */
  name: string;
  /** The same as `name`. */
  code: string;
  /** The message that the service or the replaced library gave, fit to be shown to the caller's own users. */
  message: string;
  /** Our own stable reason. */
  reason: Reason;
  /** The HTTP status to answer one's own client with: 400, 401, 403, 404, 409, 429, 500 or 503. */
  status: number;
  /** When it happened. */
  time: Date;
  /** The HTTP status that Cognito answered with. */
  statusCode?: number;
  /** The request id that Cognito answered with. */
  requestId?: string;
  /** Whether the same call may succeed later. */
  retryable?: boolean;
  /** Seconds to wait before trying again. */
  retryAfter?: number;
  /** Which half of {@link createCognitoUser} failed. */
  stage?: "sign-up" | "confirm";
  /** What to do about it. */
  hint?: string;
  /** When the token expired. */
  expiredAt?: Date;
  /** When the token becomes active. */
  date?: Date;
  /** The challenge that Cognito answered the sign-in with, such as `NEW_PASSWORD_REQUIRED`. */
  challengeName?: string;
  /** The session to answer the challenge with. Not enumerable. */
  session?: string;
  /** The single failures, when several arguments were wrong. */
  errors?: AuthError[];
  /** Whether a value is an AuthError, also one made by another copy of this package. */
  static is(value: unknown): value is AuthError;
}

/** A token that was refused. As in the package `jsonwebtoken`. */
export class JsonWebTokenError extends AuthError {}

/** A token that has expired. */
export class TokenExpiredError extends JsonWebTokenError {
  expiredAt: Date;
}

/** A token that is not active yet. */
export class NotBeforeError extends JsonWebTokenError {
  date: Date;
}
