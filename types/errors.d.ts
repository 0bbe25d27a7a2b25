// The error classes.

import type { Reason } from "./reasons";
import type { Challenge } from "./sign-in";

/** The members that every error of a reason has, beyond those of {@link AuthError}. */
export interface ReasonMembers {
  "challenge-required": { challengeName: string };
  "token-expired": { expiredAt: Date };
  "token-not-active": { date: Date };
}

/**
 * An {@link AuthError} by its reason, with the members that errors of this reason always have: {@link AuthError.is} narrows to
 * it.
 * @example
 * if (AuthError.is(error) && error.reason === "token-expired") console.log(error.expiredAt.toISOString());
 */
export type AuthErrorOf<R extends Reason = Reason> = R extends Reason
  ? AuthError & { reason: R } & (R extends keyof ReasonMembers ? ReasonMembers[R] : unknown)
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
  /**
   * Which request failed of {@link createCognitoUser}, {@link Users.create} with a password, or {@link Account.confirmTotp}: the
   * ones before it have taken effect.
   */
  stage?: "sign-up" | "confirm" | "create" | "password" | "verify" | "preference";
  /** What to do about it. */
  hint?: string;
  /** When the token expired. */
  expiredAt?: Date;
  /** When the token becomes active. */
  date?: Date;
  /** The challenge that Cognito answered the sign-in with, such as `NEW_PASSWORD_REQUIRED`. */
  challengeName?: string;
  /** The challenge that Cognito answered `login` with, to be answered. Not enumerable. */
  challenge?: Challenge;
  /** The challenge's session, as Cognito has it. Not enumerable. */
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
