// The claims of verified tokens. Programs merge declarations into these interfaces, through the package's name.

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
