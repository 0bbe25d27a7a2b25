/**
 * Amazon Cognito sign-up, sign-in and token verification for Node.js back ends.
 *
 * The four functions at the top level are the ones of AWS's tutorial "Build a turn-based game with
 * Amazon DynamoDB and Amazon SNS". They work on the user pool that the environment names;
 * {@link createAuth} makes the same functions for any other pool.
 *
 * Every function returns a native promise. Nothing is thrown synchronously, and every failure is an
 * {@link AuthError} with a stable `reason`.
 *
 * Options, policies, credentials and key sets are plain objects: own members of instances of classes, of Maps, Proxies and
 * objects that inherit members, and getters, are refused with reason `config`. None of them could be read completely.
 */

import type { Reason } from "./types/reasons";
import type { RequestFunctions } from "./types/requests";

export * from "./types/reasons";
export * from "./types/requests";

/**
 * An `AbortSignal`, or an object that works as one. These types need neither `lib: ["dom"]` nor `@types/node`.
 */
export interface AbortSignalLike {
  /** Whether it has been aborted. */
  readonly aborted: boolean;
  /** Why: becomes the `cause` of the error. */
  readonly reason?: unknown;
  /** Called when a call begins. */
  addEventListener(type: "abort", listener: () => void, options?: { once?: boolean }): void;
  /** Called when the call has settled. */
  removeEventListener(type: "abort", listener: () => void): void;
}

/** What every function takes as its last argument: a plain object. */
export interface CallOptions {
  /**
   * Ends the call: it rejects with reason `aborted`, and `cause` is the signal's reason. What Cognito has already been
   * asked may still take effect.
   * @example
   * await login(username, password, { signal: AbortSignal.timeout(2_000) });
   */
  signal?: AbortSignalLike | undefined;
}

/** What {@link createCognitoUser} resolves to: its arguments, unchanged. */
export interface CreatedUser {
  /** The user name, as given. */
  username: string;
  /** The e-mail address, as given. */
  email: string | undefined;
  /** The phone number, as given. */
  phoneNumber: string | undefined;
}

/** What {@link fetchUserByUsername} resolves to. */
export interface FetchedUser {
  /** The user name that was asked for. */
  username: string;
  /** The user's `phone_number` attribute, in E.164 form (`+14155550100`). */
  phoneNumber: string;
}

/**
 * The claims of a verified token: its payload, exactly as `JSON.parse` gives it.
 *
 * Claims that are not listed below have the type `unknown`. To give types to your own claims, such as custom attributes of
 * users, merge a declaration into {@link IdTokenClaims}, {@link AccessTokenClaims}, or `Claims` for both. Custom attributes are
 * in ID tokens only. Declare each claim as optional: a token may lack it, and its type is not checked at run time.
 * @example
 * const { sub, "cognito:groups": groups = [] } = await verifyToken(token);
 * @example
 * import "cognito-auth-native";
 *
 * declare module "cognito-auth-native" {
 *   interface IdTokenClaims {
 *     "custom:tenant"?: string;
 *   }
 * }
 */
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
  /** What the token is for. */
  token_use: "id";
  /** The app client's id. */
  aud: string;
  /** The user name in the pool. */
  "cognito:username": string;
  /** The user's e-mail address, if the app client may read it. */
  email?: string;
  /** The user's phone number in E.164 form, if the app client may read it. */
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
 * Signs a user in (AdminInitiateAuth, `ADMIN_NO_SRP_AUTH`) and resolves to the ID token.
 *
 * @throws {AuthError} `bad-credentials`, `user-missing`, `user-unconfirmed`, `user-disabled`,
 * `challenge-required` (with `challengeName` and `session`), `invalid-argument`, `config`,
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

/**
 * The claims of an access token.
 * @see https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-access-token.html
 */
export interface AccessTokenClaims extends Claims {
  /** What the token is for. */
  token_use: "access";
  /** The app client's id. */
  client_id: string;
  /** The user name in the pool. Missing in tokens of the client credentials grant, which belong to no user. */
  username?: string;
  /** The scopes, separated by blanks. */
  scope?: string;
}

/**
 * The claims of the tokens that a policy accepts. They depend on its `use`; a policy without `use` gives `Default`. A `use` that
 * is known at run time only gives a union, to be narrowed by `token_use`.
 * @example
 * const use = Math.random() < 0.5 ? "id" : "access";
 * const claims = await auth.verify(token, { use });
 * const client = claims.token_use === "id" ? claims.aud : claims.client_id;
 */
export type ClaimsFor<Policy, Default = IdTokenClaims> = Policy extends unknown
  ? "use" extends keyof Policy
    ? ClaimsOf<Policy["use"]> | (Policy extends { use: string } ? never : Default)
    : Default
  : never;

/** The claims of the tokens that a `use` accepts. */
export type ClaimsOf<Use> = Use extends "id"
  ? IdTokenClaims
  : Use extends "access"
    ? AccessTokenClaims
    : Use extends string
      ? IdTokenClaims | AccessTokenClaims
      : never;

/**
 * Which tokens {@link Auth.verifyToken} accepts. Every check is on unless it is set off here. A plain object. `use`,
 * `clientId`, `groups` and `scopes` may be left out, but are refused with reason `config` if they are `undefined`: a variable
 * that is not set must not drop a check.
 * @example
 * const auth = createAuth({ verify: { use: "access", clientId: ["web", "app"], scopes: "orders/read", clockTolerance: 5 } });
 */
export interface VerifyPolicy {
  /** The `token_use` to accept. Default `"id"`. */
  use?: "id" | "access" | "any";
  /** The app clients to accept. Default: the configured one. `null` accepts every client of the pool. */
  clientId?: string | readonly string[] | null;
  /** Seconds of clock skew to allow for `exp` and `nbf`. Default 0, at most 600. */
  clockTolerance?: number | undefined;
  /** Require membership of at least one of these groups (`cognito:groups`). */
  groups?: string | readonly string[];
  /** Require at least one of these scopes (the access token's `scope`). */
  scopes?: string | readonly string[];
}

/**
 * The values that a member of `Holder` may have: the known names, or any string if the member has the type `string`.
 * TypeScript infers `string` for objects in a variable without a declared type. An unknown name is then refused at run time, with
 * reason `config`.
 */
export type NamesOf<Holder, Member extends string, Known> = Holder extends {
  [Name in Member]?: infer Value;
}
  ? string extends Value
    ? string
    : Known
  : Known;

/** A {@link VerifyPolicy} whose `use` may be of the type `string`. */
export interface InferredPolicy<Policy> extends Omit<VerifyPolicy, "use"> {
  /** As in {@link VerifyPolicy}. */
  use?: NamesOf<Policy, "use", "id" | "access" | "any">;
}

/** A known name; also the index of a type that lists no names, such as `any`. */
export type Listed<Name, Names> = string extends Name ? Name : Extract<Name, Names>;

/**
 * Refuses members of a policy that are not in `Names`, and `undefined` for `use`, `clientId`, `groups` and `scopes` where they
 * are written out. Optional members of a declared type may still be `undefined` unless `exactOptionalPropertyTypes` is on; the
 * call is then refused at run time.
 */
export type Definite<Policy, Names = keyof VerifyPolicy> = {
  [Name in keyof Policy]: Name extends "use" | "clientId" | "groups" | "scopes"
    ? Partial<Pick<Policy, Name>> extends Pick<Policy, Name>
      ? unknown
      : NonNullable<unknown> | null
    : Name extends Listed<Name, Names>
      ? unknown
      : never;
};

/** One JSON Web Key (RFC 7517, section 4) for RSA signatures. */
export interface Jwk {
  /** The key's type: `RSA`, others are passed over. */
  kty: string;
  /** The id that tokens name the key by. */
  kid?: string | undefined;
  /** The modulus, 2048 to 8192 bits, in base64url. */
  n?: string | undefined;
  /** The public exponent, in base64url. */
  e?: string | undefined;
  /** `RS256`, or nothing. */
  alg?: string | undefined;
  /** `sig`, or nothing. */
  use?: string | undefined;
  [member: string]: unknown;
}

/** A JSON Web Key Set (RFC 7517, section 5). */
export interface Jwks {
  /** The keys, at most 64. */
  readonly keys: readonly Jwk[];
}

/**
 * Static AWS credentials. A credentials object of the AWS SDK for JavaScript v3 may be given. They are used as they are, until
 * AWS refuses them: an `expiration` is ignored.
 */
export interface StaticCredentials {
  /** The access key's id. */
  accessKeyId: string;
  /** The secret access key. */
  secretAccessKey: string;
  /** The session token, for temporary credentials. */
  sessionToken?: string | undefined;
  /** Ignored. */
  readonly expiration?: Date | undefined;
  /** Ignored. */
  readonly accountId?: string | undefined;
  /** Ignored. */
  readonly credentialScope?: string | undefined;
  /** Ignored. */
  readonly $source?: object | undefined;
}

/**
 * Every option of {@link createAuth}; each falls back to the environment variable named with it.
 *
 * Settings of one pool never serve another: a `userPoolId` that differs from `USER_POOL_ID` switches off `COGNITO_CLIENT_ID`,
 * `COGNITO_CLIENT_SECRET`, `COGNITO_ISSUER` and `COGNITO_JWKS_URI`; a `clientId` that differs from `COGNITO_CLIENT_ID`
 * switches off `COGNITO_CLIENT_SECRET`.
 * @example
 * const auth = createAuth({
 *   region: "eu-west-1",
 *   userPoolId: "eu-west-1_AbCdEfGhI",
 *   clientId: "1example23456789",
 *   timeoutMs: 5_000,
 *   verify: { use: "any" },
 * });
 */
export interface AuthOptions {
  /**
   * The region of the calls. `COGNITO_REGION`, then the region that the pool's id begins with, then `AWS_REGION`, then
   * `AWS_DEFAULT_REGION`. Issuers and keys are always those of the region in the pool's id.
   *
   * It must have the form of an AWS region (`us-east-1`, `us-gov-west-1`, `eusc-de-east-1`); with an `endpoint`, other
   * names are accepted, such as an emulator's `local`.
   */
  region?: string | undefined;
  /**
   * Further regions that a multi-Region pool is replicated to: their original issuers
   * (`https://cognito-idp.<region>.amazonaws.com/<pool id>`) are accepted as well. Keys still come from one key set.
   * @example
   * const auth = createAuth({ userPoolId: "us-east-1_AbCdEfGhI", replicaRegions: ["us-west-2"] });
   */
  replicaRegions?: readonly string[] | undefined;
  /**
   * `USER_POOL_ID`, such as `us-east-1_AbCdEfGhI`. An id that begins with no AWS region, such as an emulator's `local_1a2B3c`,
   * needs an `endpoint` or a `jwksUri`.
   */
  userPoolId?: string | undefined;
  /** `COGNITO_CLIENT_ID`. */
  clientId?: string | undefined;
  /** `COGNITO_CLIENT_SECRET`: for an app client that has one; `SECRET_HASH` is then computed and sent. */
  clientSecret?: string | undefined;
  /** `COGNITO_AUTH_FLOW`. `ADMIN_USER_PASSWORD_AUTH` is the newer name of the same flow. */
  authFlow?: "ADMIN_NO_SRP_AUTH" | "ADMIN_USER_PASSWORD_AUTH" | undefined;
  /** `AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER`, then `AWS_ENDPOINT_URL`: an emulator or VPC endpoint. */
  endpoint?: string | undefined;
  /**
   * `COGNITO_ISSUER`, where several are separated by commas: each `iss` to accept. Default: the pool's own two forms. It says
   * nothing about where the keys are.
   */
  issuer?: string | readonly string[] | undefined;
  /**
   * `COGNITO_JWKS_URI`. Default: `/.well-known/jwks.json` below `<endpoint>/<pool id>` with an endpoint, else below the pool's
   * own address, `https://cognito-idp.<region>.amazonaws.com/<pool id>`.
   */
  jwksUri?: string | undefined;
  /**
   * `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`, `AWS_SESSION_TOKEN`, then the AWS default chain: profile,
   * SSO, web identity, ECS, IMDS.
   */
  credentials?: StaticCredentials | undefined;
  /** Milliseconds that one call may take in all, retries included. Default 10,000. */
  timeoutMs?: number | undefined;
  /** Milliseconds that connecting may take. Default 3,000. */
  connectTimeoutMs?: number | undefined;
  /** Attempts of one request, the first included. Default 3. */
  maxAttempts?: number | undefined;
  /** Which tokens `verifyToken` accepts. */
  verify?: VerifyPolicy | undefined;
  /** Where keys come from. With `jwks`, no request for keys is ever made. */
  keys?: { jwks: Jwks } | undefined;
}

/** {@link AuthOptions} whose `authFlow` and `verify.use` may be of the type `string`. */
export interface InferredOptions<Options> extends Omit<AuthOptions, "authFlow" | "verify"> {
  /** As in {@link AuthOptions}. */
  authFlow?:
    | NamesOf<Options, "authFlow", "ADMIN_NO_SRP_AUTH" | "ADMIN_USER_PASSWORD_AUTH">
    | undefined;
  /** As in {@link AuthOptions}. */
  verify?:
    | InferredPolicy<Options extends { verify?: infer Policy } ? Policy : undefined>
    | undefined;
}

/** Refuses options that do not exist, and a policy that is not {@link Definite}. */
export type DefiniteOptions<Options> = {
  [Name in keyof Options]: Name extends "verify"
    ? Definite<Options[Name]>
    : Name extends Listed<Name, keyof AuthOptions>
      ? unknown
      : never;
};

/**
 * The functions for one user pool. None of them uses `this`. `Auth` gives the claims of ID tokens; name the policy for others.
 * @example
 * const auth: Auth<{ use: "access" }> = createAuth({ verify: { use: "access", scopes: "orders/read" } });
 */
export interface Auth<
  Policy extends { use?: string } | undefined = undefined,
  Verified = ClaimsFor<Policy>,
> extends RequestFunctions<Verified> {
  /** As the top-level {@link createCognitoUser}, on this Auth's pool. */
  createCognitoUser: typeof createCognitoUser;
  /** As the top-level {@link login}, on this Auth's pool. */
  login: typeof login;
  /** As the top-level {@link fetchUserByUsername}, on this Auth's pool. */
  fetchUserByUsername: typeof fetchUserByUsername;
  /** As the top-level {@link verifyToken}, under this Auth's {@link VerifyPolicy}. */
  verifyToken(token: string, options?: CallOptions): Promise<Verified>;
  /**
   * As {@link Auth.verifyToken}, with members of the policy replaced for this call. Keep to a few policies: 16 are
   * remembered, with the tokens that were verified under each.
   * @example
   * const claims = await auth.verify(accessToken, { use: "access", scopes: "orders/read" });
   */
  verify(token: string): Promise<Verified>;
  verify<
    const CallPolicy extends InferredPolicy<CallPolicy> &
      CallOptions &
      Definite<CallPolicy, keyof VerifyPolicy | "signal">,
  >(token: string, policy: CallPolicy): Promise<ClaimsFor<CallPolicy, Verified>>;
  /**
   * As {@link Auth.verify}, at once, with the keys that are there. Throws what `verify` rejects with.
   * @throws {AuthError} `keys-unavailable` while there are no keys: await {@link Auth.ready} first. Also for the first token
   * with a `kid` that the keys do not list: they are fetched again then, as `verify` does, but not waited for.
   * @example
   * const { sub } = auth.verifySync(token);
   */
  verifySync(token: string): Verified;
  verifySync<const CallPolicy extends InferredPolicy<CallPolicy> & Definite<CallPolicy>>(
    token: string,
    policy: CallPolicy,
  ): ClaimsFor<CallPolicy, Verified>;
  /**
   * Fetches the pool's keys unless they are there already, so that the first verification need not wait.
   * @throws {AuthError} `keys-unavailable`; `config`, which names every missing setting that verifying tokens needs
   * @example
   * await auth.ready();
   * server.listen(8080);
   */
  ready(options?: CallOptions): Promise<void>;
  /**
   * The state of the pool's keys, for a health route. Returns at once: it does no I/O, starts no fetch and does not throw. Keys
   * are shared by the whole process, worker threads included, so another Auth's fetches of the same address show too.
   * @example
   * const { keys, age, lastFailure } = auth.keysStatus();
   * response.status(keys > 0 ? 200 : 503).json({ keys, age, failing: lastFailure?.reason ?? null });
   */
  keysStatus(): KeysStatus;
}

/**
 * What {@link Auth.keysStatus} returns: plain data, a fresh object at each call. Members without a value are `null`, so that JSON
 * always has all of them.
 *
 * Tokens can be verified at once if `keys` is above 0. A `lastFailure` beside it means that refreshing fails: the keys are used
 * until they are 24 hours old.
 */
export interface KeysStatus {
  /**
   * The URL that the keys are fetched from. `null` with option `keys`, and while a setting is missing.
   */
  address: string | null;
  /** Seconds since the keys were fetched, rounded down. `null` with option `keys`, and without keys that may be used. */
  age: number | null;
  /** How many keys tokens are verified with: 0 before the first fetch, and when the keys are 24 hours old. */
  keys: number;
  /** Why the latest fetch failed. `null` if it succeeded, and before the first one. */
  lastFailure: KeysFailure | null;
}

/** Why the latest fetch of the keys failed: the error that calls without keys reject with, as plain data. */
export interface KeysFailure {
  /** `keys-unavailable`; `config` for a setting that is missing or cannot be used. */
  reason: Reason;
  /** The error's `message`, which has no address. */
  message: string;
  /** What to do about it. */
  hint: string | null;
  /** The message of the error's `cause`. It has the key set's address, so do not show it in public. */
  cause: string | null;
  /** Seconds since the fetch failed, rounded down. 0 for a setting that is missing. */
  age: number;
  /**
   * Seconds until the next fetch may start, rounded up. 0 means that the next verification that needs keys fetches them.
   */
  retryAfter: number;
}

/**
 * Makes the functions for one user pool. Does no I/O.
 *
 * @throws {AuthError} `config`, synchronously, for an option that is unknown or of the wrong type or form.
 * The first call that needs a missing setting rejects, and says how to set it.
 * @example
 * const auth = createAuth({ userPoolId: "eu-west-1_AbCdEfGhI", clientId: "6f5…" });
 * const claims = await auth.verifyToken(token);
 */
export function createAuth(): Auth;
export function createAuth<
  const Options extends InferredOptions<Options> & DefiniteOptions<Options>,
>(options: Options): Auth<"verify" extends keyof Options ? Options["verify"] : undefined>;

/**
 * An {@link AuthError} by its reason, with the members that errors of this reason always have: {@link AuthError.is} narrows to
 * it.
 * @example
 * if (AuthError.is(error) && error.reason === "token-expired") console.log(error.expiredAt.toISOString());
 */
export type AuthErrorOf<R extends Reason = Reason> = R extends Reason
  ? AuthError & { reason: R } & (R extends "token-expired"
        ? { expiredAt: Date }
        : R extends "token-not-active"
          ? { date: Date }
          : R extends "challenge-required"
            ? { challengeName: string }
            : unknown)
  : never;

/**
 * Every failure of this package. Never carries a password, a token or a secret in an enumerable property.
 * @example
 * try {
 *   return await login(username, password);
 * } catch (error) {
 *   if (AuthError.is(error) && error.reason === "bad-credentials") return undefined;
 *   throw error;
 * }
 */
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
  /** What is known of Cognito's answer, if the error came from one. */
  readonly cognito?: {
    /** The HTTP status of the answer. */
    readonly statusCode: number;
    /** The request id of the answer. */
    readonly requestId?: string;
    /** How often the request was sent. */
    readonly attempts?: number;
  };
  /** As `cognito.statusCode`, and as the replaced SDK has it. */
  statusCode?: number;
  /** As `cognito.requestId`, and as the replaced SDK has it. */
  requestId?: string;
  /** Whether the same call may succeed later. */
  retryable?: boolean;
  /** Whole seconds to wait before trying again, fit for the header `Retry-After`. */
  retryAfter?: number;
  /** How often the request that failed was sent to Cognito. */
  attempts?: number;
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
  /**
   * An error of your own, in a test for instance: `code` and `name` are "AuthError", `reason` is `internal`.
   * @example
   * const error = Object.assign(new AuthError("Rate exceeded"), { reason: "throttled", status: 429 });
   */
  constructor(message?: string);
  /**
   * Whether a value is an AuthError, also one made by another copy of this package. Narrows by `reason`; `instanceof` gives the
   * class.
   */
  static is(value: unknown): value is AuthErrorOf;
}

/**
 * A token that was refused. As in the package `jsonwebtoken`.
 * @example
 * if (error instanceof JsonWebTokenError) response.status(401).end();
 */
export class JsonWebTokenError extends AuthError {
  /** The error that was given to the constructor. */
  inner?: Error;
  /** As in `jsonwebtoken`, for tests of applications. `reason` is `token-malformed`. */
  constructor(message: string, inner?: Error);
}

/** A token that has expired. */
export class TokenExpiredError extends JsonWebTokenError {
  /** When it expired. */
  expiredAt: Date;
  /** As in `jsonwebtoken`, for tests of applications. `reason` is `token-expired`. */
  constructor(message: string, expiredAt: Date);
}

/** A token that is not active yet. */
export class NotBeforeError extends JsonWebTokenError {
  /** When it becomes active. */
  date: Date;
  /** As in `jsonwebtoken`, for tests of applications. `reason` is `token-not-active`. */
  constructor(message: string, date: Date);
}

/**
 * A call to Cognito, as `diagnostics_channel.tracingChannel("cognito-auth-native:call")` publishes it. All channels of a call get
 * the same object; at `start` and `end` it has the operation only. It has no `result` and no `error`, which would show tokens and
 * user names. A call whose arguments are refused is not published.
 * @example
 * const onAsyncEnd = ({ operation, reason, duration = 0 }: CallEvent) =>
 *   console.log(`${operation}: ${reason ?? "ok"} after ${Math.round(duration)} ms`);
 */
export interface CallEvent {
  /** The name of the function: `createCognitoUser`, `login` or `fetchUserByUsername`. */
  readonly operation: string;
  /** How often the call's last request was sent. Missing if none was. */
  readonly attempts?: number;
  /** The HTTP status of the last answer. Missing if there was none. */
  readonly status?: number;
  /** The request id of the last answer. */
  readonly requestId?: string;
  /** Why the call failed. Missing if it succeeded. */
  readonly reason?: Reason;
  /** Milliseconds from the start of the call until it settled, on a monotonic clock. */
  readonly duration?: number;
}

/** A fetch of a key set that has ended, as the channel `cognito-auth-native:keys` publishes it. */
export interface KeysEvent {
  /** The URL of the key set. */
  readonly address: string;
  /** `fetched` if a key set was received, changed or not. After `failed` the keys stay in use until they are 24 hours old. */
  readonly outcome: "fetched" | "failed";
  /** Why the fetch failed: `keys-unavailable`, or `config` for a setting that cannot be used. */
  readonly reason?: Reason;
  /** The ids of keys that are new. */
  readonly added: readonly string[];
  /** The ids of keys that are not in the set any more. Tokens that were signed with them are refused from now on. */
  readonly removed: readonly string[];
  /** Seconds since the fetch before, rounded down. Missing if there were no keys that may be used. */
  readonly age?: number;
  /** Milliseconds that the fetch took, its further attempts included. */
  readonly duration: number;
}

/** A token that was refused, as the channel `cognito-auth-native:refused` publishes it. */
export interface RefusedEvent {
  /** The reason of the error. */
  readonly reason: Reason;
}

/**
 * The channels of `node:diagnostics_channel` that this package publishes on, with their messages. Nothing is measured or created
 * for a channel that has no subscriber.
 * @example
 * const counts = new Map<Reason, number>();
 * const onRefused = ({ reason }: ChannelEvents["cognito-auth-native:refused"]) =>
 *   counts.set(reason, (counts.get(reason) ?? 0) + 1);
 */
export interface ChannelEvents {
  /** A call begins. */
  "tracing:cognito-auth-native:call:start": CallEvent;
  /** The function has returned its promise. */
  "tracing:cognito-auth-native:call:end": CallEvent;
  /** The call has failed. `asyncStart` and `asyncEnd` follow. */
  "tracing:cognito-auth-native:call:error": CallEvent;
  /** The call has settled. */
  "tracing:cognito-auth-native:call:asyncStart": CallEvent;
  /** The call has settled: the last event of each call. */
  "tracing:cognito-auth-native:call:asyncEnd": CallEvent;
  /** A fetch of a key set has ended. */
  "cognito-auth-native:keys": KeysEvent;
  /** A token was refused. */
  "cognito-auth-native:refused": RefusedEvent;
}
