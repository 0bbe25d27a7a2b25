// The options of createAuth.

import type { AuthFlow } from "./flows";
import type { Jwks } from "./keys";
import type { Definite, InferredPolicy, Listed, NamesOf, VerifyPolicy } from "./policies";

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
 * `COGNITO_CLIENT_SECRET`, `COGNITO_STATE_KEY`, `COGNITO_ISSUER` and `COGNITO_JWKS_URI`; a `clientId` that differs from
 * `COGNITO_CLIENT_ID` switches off `COGNITO_CLIENT_SECRET` and `COGNITO_STATE_KEY`.
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
  /**
   * `COGNITO_CLIENT_SECRET`: for an app client that has one; `SECRET_HASH` is then computed and sent. `null`: the app client has none,
   * whatever the variable says.
   */
  clientSecret?: string | null | undefined;
  /** `COGNITO_AUTH_FLOW`: how `login` and `signIn` sign in with a password. Default `ADMIN_NO_SRP_AUTH`. */
  authFlow?: AuthFlow | undefined;
  /**
   * `COGNITO_STATE_KEY`, where several are separated by commas: the keys that {@link Challenge.save} seals with. Each has at
   * least 32 characters. The first one seals, and all of them open, so that a key can be replaced. Default: a key derived from
   * `clientSecret`.
   *
   * Set the same keys on all servers. `openssl rand -base64 32` makes one. `null`: none, whatever the variable says.
   */
  stateKey?: string | readonly string[] | null | undefined;
  /**
   * Seconds for which a later {@link Auth.refresh} with a refresh token that has just been replaced gets the same result,
   * without a request. 0 turns this off. Default 10, at most 60; keep it below the app client's `RetryGracePeriodSeconds`.
   */
  refreshReuse?: number | undefined;
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
  /**
   * Several pools whose tokens are accepted: the pool that a token names as its issuer verifies it, with its own keys and app
   * clients. `verify` says what else is checked, for all of them. A token of no pool is `token-issuer`. Such an Auth verifies
   * and makes no calls to Amazon Cognito; beside `pools` there may be `verify`, `timeoutMs` and `connectTimeoutMs`.
   * @example
   * const auth = createAuth({
   *   pools: [
   *     { userPoolId: "us-east-1_AbCdEfGhI", clientId: "1example23456789" },
   *     { userPoolId: "eu-west-1_JkLmNoPqR", clientId: ["2example23456789", "3example23456789"] },
   *   ],
   * });
   */
  pools?: readonly PoolOptions[] | undefined;
}

/** {@link AuthOptions} whose `authFlow` and `verify.use` may be of the type `string`. */
export interface InferredOptions<Options> extends Omit<AuthOptions, "authFlow" | "verify"> {
  /** As in {@link AuthOptions}. */
  authFlow?: NamesOf<Options, "authFlow", AuthFlow> | undefined;
  /** As in {@link AuthOptions}. */
  verify?:
    | InferredPolicy<Options extends { verify?: infer Policy } ? Policy : undefined>
    | undefined;
}

/**
 * One pool of {@link AuthOptions.pools}: what {@link AuthOptions} says of the members of the same name. The environment's pool,
 * app client, issuer and key set are not used for it.
 */
export interface PoolOptions {
  /** The pool's id, such as `us-east-1_AbCdEfGhI`. */
  userPoolId: string;
  /** The app clients whose tokens are accepted; `null` for all of the pool's. */
  clientId: string | readonly string[] | null;
  /** For a pool whose id begins with no region. */
  region?: string | undefined;
  /** Further regions whose original issuers are accepted. */
  replicaRegions?: readonly string[] | undefined;
  /** An emulator: the keys are fetched from there. */
  endpoint?: string | undefined;
  /** The values of `iss` to accept. No two pools may have one in common. */
  issuer?: string | readonly string[] | undefined;
  /** Where the keys are fetched from. */
  jwksUri?: string | undefined;
  /** A key set to use instead of fetching one. */
  keys?: { jwks: Jwks } | undefined;
}

/** Refuses options that do not exist, and a policy that is not {@link Definite}. */
export type DefiniteOptions<Options> = {
  [Name in keyof Options]: Name extends "verify"
    ? Definite<Options[Name]>
    : Name extends Listed<Name, keyof AuthOptions>
      ? unknown
      : never;
};
