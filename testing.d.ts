/**
 * A user pool for the tests of an application: an HTTP server on 127.0.0.1, in the test's own process, that answers as Amazon
 * Cognito does and signs real tokens with keys that it makes as it starts.
 *
 * The package does not load it. It never keeps the process alive, and needs neither network, Docker nor AWS credentials.
 * @example
 * const pool = await createTestPool({ users: [{ username: "theseus", password: "Labyrinth1" }] });
 * Object.assign(process.env, pool.environment);
 */

import type { AuthOptions } from "./index";

declare global {
  interface SymbolConstructor {
    /** As `@types/node` and `lib: ["esnext.disposable"]` declare it. */
    readonly asyncDispose: unique symbol;
  }
}

/** What a password must have. What is left out is as in the tutorial's pool. */
export interface PasswordPolicy {
  /** From 6 to 99 characters, by default 8. */
  minimumLength?: number | undefined;
  /** By default true. */
  requireUppercase?: boolean | undefined;
  /** By default true. */
  requireLowercase?: boolean | undefined;
  /** By default true. */
  requireNumbers?: boolean | undefined;
  /** By default false, unlike that of a pool that is made without a policy. */
  requireSymbols?: boolean | undefined;
}

/** A second factor. */
export type TestFactor = "SMS_MFA" | "SOFTWARE_TOKEN_MFA" | "EMAIL_OTP";

/** A passkey of a user. */
export interface TestPasskey {
  /** The credential's id, in base64url. */
  id: string;
  /** The public key as a JSON Web Key: for ES256 or RS256. */
  publicKey: { kty: "EC" | "RSA"; [member: string]: unknown };
  /** The authenticator's counter at the latest use, 0 if it does not count. By default 0. */
  signCount?: number | undefined;
  /** How the browser reaches the authenticator, such as "internal" or "usb". By default an empty list. */
  transports?: string[] | undefined;
  /** "platform" or "cross-platform". */
  attachment?: string | undefined;
  /** `FriendlyCredentialName`. */
  name?: string | undefined;
  /** When it was registered, in seconds since 1970. By default when the user was made. */
  createdAt?: number | undefined;
}

/** A flow of signing in or refreshing. */
export type TestAuthFlow =
  | "USER_PASSWORD_AUTH"
  | "ADMIN_USER_PASSWORD_AUTH"
  | "USER_SRP_AUTH"
  | "CUSTOM_AUTH"
  | "USER_AUTH"
  | "REFRESH_TOKEN_AUTH";

/** A category of requests that has a limit. */
export type TestCategory =
  | "UserAuthentication"
  | "UserCreation"
  | "UserRead"
  | "UserUpdate"
  | "UserToken"
  | "UserAccountRecovery"
  | "UserList"
  | "UserResourceRead"
  | "UserResourceUpdate"
  | "UserPoolResourceRead"
  | "UserPoolResourceUpdate";

/** How users of the pool use passkeys: Cognito's WebAuthnConfiguration. */
export interface TestPasskeyOptions {
  /**
   * The relying party's ID: the domain of the application's pages, without scheme and port. Pages on it and on its subdomains may ask
   * for passkeys, over https, or over http on localhost. Without it, registrations fail with WebAuthnConfigurationMissingException.
   */
  relyingPartyId?: string | undefined;
  /** Whether the authenticator must verify the user, by PIN or fingerprint. By default "preferred". */
  userVerification?: "preferred" | "required" | undefined;
  /**
   * With "MULTI_FACTOR_WITH_USER_VERIFICATION", users who need a second factor can sign in with a passkey alone, after they have enabled
   * it with SetUserMFAPreference. By default they cannot.
   */
  factorConfiguration?: "SINGLE_FACTOR" | "MULTI_FACTOR_WITH_USER_VERIFICATION" | undefined;
}

/** A user of the pool. A test may change it at any time. */
export interface TestUser {
  /** The user name, without blanks, and in no form of an alias that the pool has. */
  username: string;
  /** Without one, no password is right. */
  password?: string | undefined;
  /** A user with one must choose a new password at the first sign-in, within seven days. */
  temporaryPassword?: string | undefined;
  /**
   * Attributes by name, such as `email`: the standard ones, and `custom:…`. `sub` is made if it is left out; `email_verified` and `phone_number_verified` are
   * "true" for a user who is confirmed, else "false".
   */
  attributes?: Record<string, string> | undefined;
  /** The user's groups: those that the pool lacks are added to it. */
  groups?: string[] | undefined;
  /** By default "CONFIRMED", or "FORCE_CHANGE_PASSWORD" with a temporary password. */
  status?: "CONFIRMED" | "UNCONFIRMED" | "FORCE_CHANGE_PASSWORD" | "RESET_REQUIRED" | undefined;
  /** By default true. */
  enabled?: boolean | undefined;
  /** The seed of the user's authenticator app, in Base32: at least 16 characters. */
  totpSecret?: string | undefined;
  /** The user's second factors, which need the pool's option `mfa`. By default the authenticator app, if there is a seed. */
  mfa?: TestFactor[] | undefined;
  /** The one of several factors that a sign-in asks for without a choice. By default the only one, if there is one. */
  preferredMfa?: TestFactor | undefined;
  /** The user's passkeys: those that were registered, or that a test adds. */
  passkeys?: TestPasskey[] | undefined;
}

/** What a Lambda trigger answers in a sign-in with CUSTOM_AUTH. */
export interface CustomStep {
  /** The next challenge's name, true for tokens, false for the end of the sign-in. */
  next: string | boolean;
  /** What the user is shown: `challenge.parameters`. */
  parameters?: Record<string, string> | undefined;
  /** The right answer. */
  answer?: string | undefined;
}

/** What {@link createTestPool} takes. Unknown options are reported with those that there are. */
export interface TestPoolOptions {
  /** The pool's first users. */
  users?: TestUser[] | undefined;
  /** The app client's secret: 24 to 64 letters, digits, `_` or `+`. Without one, the client has none. */
  clientSecret?: string | undefined;
  /** What a password must have. */
  passwordPolicy?: PasswordPolicy | undefined;
  /** Groups that no user is in. */
  groups?: string[] | undefined;
  /** Whether the pool asks for second factors: never (by default), of users who have one, or of everybody. */
  mfa?: "OFF" | "OPTIONAL" | "ON" | undefined;
  /** Whether each refresh token is replaced by a new one as it is used, and how long the old one is still good. */
  refreshTokenRotation?: { retryGracePeriodSeconds: number } | undefined;
  /**
   * The flows that the app client allows: Cognito's ExplicitAuthFlows without `ALLOW_`. By default all of them, with the exception of
   * REFRESH_TOKEN_AUTH if refresh tokens are rotated.
   */
  authFlows?: TestAuthFlow[] | undefined;
  /** Enables passkeys. Without it, registrations fail with WebAuthnNotEnabledException. */
  passkeys?: TestPasskeyOptions | undefined;
  /**
   * Whether the pool remembers devices. A sign-in without a known DEVICE_KEY then gets NewDeviceMetadata, and its refresh token needs the
   * key of that device. Sign-ins by AdminInitiateAuth have no device, and their refresh tokens are refused. By default false.
   */
  rememberDevices?: boolean | undefined;
  /** For how long a challenge can be answered: 180 (by default) to 900 seconds. */
  authSessionSeconds?: number | undefined;
  /** Whether a sign-in of an unknown user fails as one with a wrong password (PreventUserExistenceErrors). By default false. */
  hideUnknownUsers?: boolean | undefined;
  /** Whether tokens have the updated issuer, `https://issuer-cognito-idp.…`. By default false. */
  updatedIssuer?: boolean | undefined;
  /** Plays the pool's Lambda triggers of CUSTOM_AUTH. What is no {@link CustomStep} is answered with 500 and reported as a warning. */
  customAuth?(request: {
    username: string;
    session: { name: string; result: boolean }[];
  }): CustomStep | PromiseLike<CustomStep>;
  /**
   * Requests a second by category, such as `{ UserAuthentication: 2 }`: more are answered with TooManyRequestsException.
   * @see https://docs.aws.amazon.com/cognito/latest/developerguide/quotas.html#category_operations
   */
  limits?: { [Category in TestCategory]?: number | undefined } | undefined;
  /** Whether a new password that the pool refuses ends the challenge. By default false. */
  strict?: boolean | undefined;
  /**
   * Attributes that users may sign in with instead of their names, once they are verified. A `preferred_username` that is one cannot be given
   * at sign-up. By default none.
   */
  aliases?: ("email" | "phone_number" | "preferred_username")[] | undefined;
  /**
   * Standard attributes without which nobody can sign up. Invited users are asked for them with their new password. A user with status
   * "UNCONFIRMED" must have them. By default none.
   */
  requiredAttributes?: string[] | undefined;
  /** Lets the pool start where NODE_ENV is "production", and on AWS Lambda, ECS and Kubernetes. */
  inProduction?: "I know" | undefined;
}

/** A public key, as a pool publishes it. */
export interface TestKey {
  /** The algorithm that it is for. */
  alg: "RS256";
  /** The RSA exponent. */
  e: string;
  /** The key's id, which stands in the header of tokens. */
  kid: string;
  /** The kind of key. */
  kty: "RSA";
  /** The RSA modulus. */
  n: string;
  /** What the key is for. */
  use: "sig";
}

/** Something that the pool has sent to a user. */
export interface TestMessage {
  /** The e-mail address or phone number. */
  to: string;
  /** How it was sent. */
  by: "EMAIL" | "SMS";
  /** The code in it. */
  code?: string;
  /** The temporary password in it, of an invitation. */
  temporaryPassword?: string;
  /** Whom it was sent to. */
  username: string;
}

/** A request that the pool has got. Passwords are in it: never use the pool with real ones. */
export interface TestRequest {
  /** The operation, `keys` or `openid-configuration`. */
  operation: string;
  /** What was sent, undefined for keys. */
  body: unknown;
  /** Whether it was signed with AWS credentials. */
  signed: boolean;
}

/** Claims to change in a token; `undefined` leaves one out. */
export interface ClaimChanges {
  /** Validity in seconds from now, by default 3600. Negative: it has expired. */
  expiresIn?: number;
  /** Any claim. */
  [claim: string]: unknown;
}

/**
 * A pool that runs: {@link createTestPool}. After `stop`, its functions throw, and `rotateKeys` rejects. What it remembers is bounded, and the
 * oldest goes first: sessions, codes, sign-ins, refresh tokens.
 */
export interface TestPool {
  /** `createAuth(pool.options)`. */
  options: AuthOptions;
  /**
   * Variables for the functions at the top level, the AWS SDK and child processes: `Object.assign(process.env, pool.environment)`.
   * Settings that would lead elsewhere are in it as empty strings.
   */
  environment: Record<string, string>;
  /** Options for verification alone: the keys are in them, and the server is not needed. */
  readonly offline: AuthOptions;
  /** The pool's id. */
  userPoolId: string;
  /** The app client's id. */
  clientId: string;
  /** The app client's secret, if it has one. */
  clientSecret?: string;
  /** The tokens' `iss`. */
  issuer: string;
  /** The server's address. */
  endpoint: string;
  /** The keys that are published now, for other libraries. */
  jwks(): { keys: TestKey[] };
  /**
   * An ID token of a user of the pool, of any other name, or without an argument of the pool's first user. An object is a user as it
   * stands, with the `sub` of the pool's user of this name, if there is one.
   */
  idToken(user?: string | TestUser, change?: ClaimChanges): string;
  /** An access token, likewise. */
  accessToken(user?: string | TestUser, change?: ClaimChanges): string;
  /** Signs any claims. `header` changes members of the token's header; the key is the pool's that its `kid` names. */
  sign(claims: object, options?: { header?: object }): string;
  /** An ID token that expired an hour ago. */
  expiredToken(user?: string | TestUser): string;
  /** A good ID token of another pool. */
  foreignToken(user?: string | TestUser): string;
  /** An ID token that was changed after it had been signed. */
  forgedToken(user?: string | TestUser): string;
  /**
   * The users by name, for a test to read and change. After a change that makes no user, such as a misspelt member, requests are answered
   * with 500 and reported as a warning, and functions for tokens throw.
   */
  users: Map<string, TestUser>;
  /** Adds a user. */
  addUser(user: TestUser): void;
  /** The code that the user's authenticator app shows at the pool's time. */
  totp(user: string): string;
  /** All that the pool has sent to users, the newest last: at most 10,000 messages. */
  outbox: TestMessage[];
  /** All requests so far, the newest last: at most 10,000, whose bodies have 16 MiB in all. */
  requests: TestRequest[];
  /**
   * Signs with the other one of the two keys that are published: verifiers know it already. With `fresh`, both are withdrawn,
   * and new ones take their place.
   */
  rotateKeys(options?: { fresh?: boolean }): Promise<void>;
  /**
   * Moves the pool's own clock: the times of new tokens, codes, challenges, lock-outs and refresh tokens. The Date header of
   * Cognito's answers shows it, and SRP needs a timestamp that fits it.
   */
  advance(seconds: number): void;
  /**
   * Begins an outage of everything, of `keys`, or of an operation: a status (by default 503), or a connection that is reset,
   * never answers, or is cut in the middle of an answer.
   */
  down(what?: "all" | "keys" | (string & {}), how?: number | "reset" | "hang" | "cut"): void;
  /** Ends all outages. */
  up(): void;
  /**
   * Lets the next request for the operation fail: `pool.failNext("AdminInitiateAuth", "TooManyRequestsException", "Rate exceeded")`. Throws
   * if the operation has no error of this type in Cognito. The status is by default 400, 500 for InternalErrorException and
   * InternalFailure, and 503 for ServiceUnavailable.
   */
  failNext(operation: string, type: string, message: string, status?: number): void;
  /** Stops the server. */
  stop(): Promise<void>;
  /** The same, for `await using`. */
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * Starts a pool. Pools share nothing.
 *
 * Rejects where an application runs for its users, see `inProduction`; no environment variable allows it there.
 * @example
 * const pool = await createTestPool({ users: [{ username: "theseus", password: "Labyrinth1", groups: ["heroes"] }] });
 * const auth = createAuth(pool.options);
 * await auth.verifyToken(pool.idToken("theseus"));
 * await pool.stop();
 */
export function createTestPool(options?: TestPoolOptions): Promise<TestPool>;
