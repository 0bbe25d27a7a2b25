// Administration of users and groups, and the rest of the API.

import type { AttributeChanges, MfaPreference, User } from "./accounts";
import type { CallOptions } from "./calls";
import type { Attributes, TriggerOptions } from "./sign-in";

/** The options of {@link Users.create}. */
export interface CreateUserOptions extends TriggerOptions {
  /** The user's attributes. */
  attributes?: Readonly<Attributes> | undefined;
  /** The user's password, for good. */
  password?: string;
  /** A password that the user must change at the first sign-in. Default: Cognito creates one. */
  temporaryPassword?: string;
  /**
   * How the user is invited. Default: not at all with a `password`; else by e-mail if there is an address, else by text message if
   * there is a number, else not at all.
   */
  invite?: "EMAIL" | "SMS" | false | undefined;
  /** Handed to the pre sign-up trigger as `validationData`. Cognito does not keep it. */
  validationData?: Readonly<Record<string, string>> | undefined;
}

/** Which user: exactly one member, a string that is not empty. */
export type UserFilter =
  | { readonly username: string }
  | { readonly sub: string }
  | { readonly email: string }
  | { readonly phone_number: string }
  | { readonly preferred_username: string };

/** Which users: at most one member, for Cognito searches by one attribute. */
export type UserListFilter =
  | UserFilter
  | { readonly usernameStartsWith: string }
  | { readonly emailStartsWith: string }
  | { readonly phoneNumberStartsWith: string }
  | { readonly nameStartsWith: string }
  | { readonly status: NonNullable<User["status"]> }
  | { readonly enabled: boolean }
  | { readonly [member: string]: never };

/** A group. */
export interface Group {
  /** The group's name. */
  name: string;
  /** The description. */
  description?: string;
  /** Of a user's groups, the one with the lowest number gives the IAM role. */
  precedence?: number;
  /** The IAM role of the members. */
  roleArn?: string;
  /** When the group was created. */
  createdAt?: Date;
  /** When the group was last changed. */
  updatedAt?: Date;
}

/** The options of {@link Groups.create} and {@link Groups.update}. */
export interface GroupSettings extends CallOptions {
  /** The description; `""` for none. */
  description?: string | undefined;
  /** Of a user's groups, the one with the lowest number gives the IAM role. */
  precedence?: number | undefined;
  /** The IAM role of the members. */
  roleArn?: string | undefined;
}

/**
 * Administration of users. Calls are signed, and need AWS credentials: docs/administration.md has the IAM policies. `username` may be a `sub`
 * and, in pools that have them, an alias. All functions but those that look something up reject with `user-missing` if there is no
 * such user.
 */
export interface Users {
  /**
   * A user (AdminGetUser). AWS bills the user as an active one of this month.
   * @throws {AuthError} `user-missing`
   * @example
   * const { attributes } = await auth.users.get("theseus");
   */
  get(username: string, options?: CallOptions): Promise<User>;
  /**
   * The one user that the filter fits, or `undefined` (ListUsers). Cognito shows new users and changes with a delay. An `email` or
   * `phone_number` fits if it is verified, unless `verified` is `false`; e-mail addresses are compared without case.
   * @throws {AuthError} `user-ambiguous`: it fits several users
   * @example
   * const user = await auth.users.find({ email: "theseus@example.com" });
   */
  find(
    filter: UserFilter,
    options?: CallOptions & { verified?: boolean | undefined },
  ): Promise<User | undefined>;
  /**
   * All users, or those that the filter fits (ListUsers), one page of 60 after the other as the loop goes on.
   * @example
   * for await (const user of auth.users.list({ status: "UNCONFIRMED" })) console.log(user.username);
   */
  list(filter?: UserListFilter, options?: CallOptions): AsyncIterableIterator<User>;
  /**
   * Creates a user (AdminCreateUser, and AdminSetUserPassword if there is a `password`). The requests are never sent again on their
   * own. With `stage: "password"` the user exists, without the password: {@link Users.setPassword} sets it.
   * @throws {AuthError} `user-exists`, `password-policy`, `rejected-by-trigger`, `delivery-failed`
   * @example
   * await auth.users.create("ariadne", { attributes: { email: "ariadne@example.com" } });
   */
  create(username: string, options?: CreateUserOptions): Promise<User>;
  /**
   * Invites a user again, with a new temporary password (AdminCreateUser, `RESEND`). Default of `by`: `EMAIL`.
   * @throws {AuthError} `not-authorized`: the user has a password already
   */
  invite(
    username: string,
    options?: TriggerOptions & { by?: "EMAIL" | "SMS" | undefined },
  ): Promise<void>;
  /** Confirms a user who has registered (AdminConfirmSignUp). */
  confirm(username: string, options?: TriggerOptions): Promise<void>;
  /**
   * Changes attributes (AdminUpdateUserAttributes).
   * @throws {AuthError} `user-exists`: the address belongs to another user
   * @example
   * await auth.users.update("theseus", { name: "Theseus of Athens", email_verified: "true", "custom:ship": null });
   */
  update(username: string, changes: AttributeChanges, options?: TriggerOptions): Promise<void>;
  /** Deletes a user for good (AdminDeleteUser). */
  delete(username: string, options?: CallOptions): Promise<void>;
  /** Lets a user sign in again (AdminEnableUser). */
  enable(username: string, options?: CallOptions): Promise<void>;
  /** Ends all sign-ins of a user, and allows no further ones (AdminDisableUser). */
  disable(username: string, options?: CallOptions): Promise<void>;
  /** Sets a password (AdminSetUserPassword): for good, or with `temporary` until the next sign-in. */
  setPassword(
    username: string,
    password: string,
    options?: CallOptions & { temporary?: boolean | undefined },
  ): Promise<void>;
  /** Makes the password useless, and sends a code for {@link AccountFunctions.resetPassword} (AdminResetUserPassword). */
  forcePasswordReset(username: string, options?: TriggerOptions): Promise<void>;
  /**
   * Sets which second factors are asked for (AdminSetUserMFAPreference).
   * @example
   * await auth.users.setMfa("theseus", { totp: false }); // The phone is lost.
   */
  setMfa(
    username: string,
    preference: Readonly<MfaPreference>,
    options?: CallOptions,
  ): Promise<void>;
  /** Ends all sign-ins of a user (AdminUserGlobalSignOut). Tokens that are out still verify until they expire. */
  signOutEverywhere(username: string, options?: CallOptions): Promise<void>;
  /** The groups of a user (AdminListGroupsForUser). */
  groups(username: string, options?: CallOptions): Promise<Group[]>;
  /**
   * Adds a user to a group (AdminAddUserToGroup). Tokens show it from the next sign-in or refresh on.
   * @throws {AuthError} `user-missing`, `group-missing`
   */
  addToGroup(username: string, group: string, options?: CallOptions): Promise<void>;
  /**
   * Removes a user from a group (AdminRemoveUserFromGroup). Tokens that are out keep it until they expire.
   * @throws {AuthError} `user-missing`, `group-missing`
   */
  removeFromGroup(username: string, group: string, options?: CallOptions): Promise<void>;
}

/** Administration of groups. Calls are signed, and need AWS credentials. */
export interface Groups {
  /**
   * A group (GetGroup).
   * @throws {AuthError} `group-missing`
   */
  get(name: string, options?: CallOptions): Promise<Group>;
  /** All groups (ListGroups), page by page. */
  list(options?: CallOptions): AsyncIterableIterator<Group>;
  /**
   * The users in a group (ListUsersInGroup), page by page.
   * @throws {AuthError} `group-missing`
   */
  users(name: string, options?: CallOptions): AsyncIterableIterator<User>;
  /**
   * Creates a group (CreateGroup). The request is never sent again on its own.
   * @throws {AuthError} `group-exists`
   */
  create(name: string, settings?: GroupSettings): Promise<Group>;
  /**
   * Changes a group (UpdateGroup).
   * @throws {AuthError} `group-missing`
   */
  update(name: string, settings: GroupSettings): Promise<Group>;
  /**
   * Deletes a group, and none of its users (DeleteGroup).
   * @throws {AuthError} `group-missing`
   */
  delete(name: string, options?: CallOptions): Promise<void>;
}

/** The options of {@link AdministrationFunctions.call}. */
export interface ApiCallOptions extends CallOptions {
  /** Whether `UserPoolId` and `ClientId` may be those of another user pool or app client. */
  otherPool?: boolean | undefined;
  /** Whether the operation may be one that this version does not know. It is signed, and nothing is filled in. */
  unlisted?: boolean | undefined;
}

/** The functions of an {@link Auth} for administration. */
export interface AdministrationFunctions {
  /** Administration of users. */
  users: Users;
  /** Administration of groups. */
  groups: Groups;
  /**
   * Any operation of the Cognito user pools API, by its name there. Parameters and answer are as on the wire: dates are seconds
   * since 1970. The request is signed if the operation asks for that; `UserPoolId`, `ClientId` and `SecretHash` are filled in where the
   * operation takes them; it is sent again only if it has had no effect.
   *
   * Never hand on a request's body as `parameters`.
   *
   * @throws {AuthError} `invalid-argument` if there is no such operation
   * @see https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_Operations.html
   * @example
   * const { AuthEvents } = await auth.call("AdminListUserAuthEvents", { Username: "theseus", MaxResults: 20 });
   */
  call<Answer = Record<string, unknown>>(
    operation: string,
    parameters?: Readonly<Record<string, unknown>>,
    options?: ApiCallOptions,
  ): Promise<Answer>;
}
