// The functions for one user pool.

import type { AccountFunctions } from "./accounts";
import type { AdministrationFunctions } from "./administration";
import type { CallOptions } from "./calls";
import type { ClaimsFor } from "./claims";
import type { KeysStatus } from "./keys";
import type { DefiniteOptions, InferredOptions } from "./options";
import type { Definite, InferredPolicy, VerifyPolicy } from "./policies";
import type { RequestFunctions } from "./requests";
import type { SignInFunctions } from "./sign-in";
import type { createCognitoUser, fetchUserByUsername, login } from "./tutorial";

/**
 * The functions for one user pool. None of them uses `this`. `Auth` gives the claims of ID tokens; name the policy for others.
 * @example
 * const auth: Auth<{ use: "access" }> = createAuth({ verify: { use: "access", scopes: "orders/read" } });
 */
export interface Auth<
  Policy extends { use?: string } | undefined = undefined,
  Verified = ClaimsFor<Policy>,
> extends AccountFunctions,
    AdministrationFunctions,
    RequestFunctions<Verified>,
    SignInFunctions {
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
