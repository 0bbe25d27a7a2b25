// Which tokens are accepted.

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
