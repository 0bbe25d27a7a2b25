// Registration, forgotten passwords, and a user's own account.

import type { CallOptions } from "./calls";
import type { Attributes, SentCode, Totp, TriggerOptions, Visitor } from "./sign-in";

/** Attributes to change: `null` deletes one. All others are texts that are not empty. */
export type AttributeChanges = Readonly<Record<string, string | null>>;

/** A user. */
export interface User {
  /** The user name in the user pool. */
  username: string;
  /** The user's unique identifier: the `sub` of the tokens. */
  sub: string;
  /** All attributes that the user has, and the caller may read. */
  attributes: Attributes;
  /** Whether the user may sign in. Missing in {@link Account.get}. */
  enabled?: boolean;
  /** Cognito's status of the user. Missing in {@link Account.get}. */
  status?:
    | "ARCHIVED"
    | "COMPROMISED"
    | "CONFIRMED"
    | "EXTERNAL_PROVIDER"
    | "FORCE_CHANGE_PASSWORD"
    | "RESET_REQUIRED"
    | "UNCONFIRMED"
    | "UNKNOWN";
  /** When the user was created. Missing in {@link Account.get}. */
  createdAt?: Date;
  /** When the user was last changed. Missing in {@link Account.get}. */
  updatedAt?: Date;
  /** The second factors, by Cognito's names: those that are on, and the one that is asked for first. Missing in lists. */
  mfa?: { enabled: string[]; preferred?: string };
}

/** Which second factors are asked for; `"preferred"` comes first. A factor that is left out stays as it is. */
export interface MfaPreference {
  /** Codes of an authenticator app. */
  totp?: boolean | "preferred";
  /** Codes by text message. */
  sms?: boolean | "preferred";
  /** Codes by e-mail. */
  email?: boolean | "preferred";
}

/** The options of {@link AccountFunctions.signUp}. */
export interface SignUpOptions extends TriggerOptions {
  /** The user's attributes. Name those of the form: do not hand a request's body on. */
  attributes?: Readonly<Attributes> | undefined;
  /** Handed to the pre sign-up trigger as `validationData`. Cognito does not keep it. */
  validationData?: Readonly<Record<string, string>> | undefined;
  /** Whom the sign-up is for. */
  visitor?: Visitor | undefined;
}

/** What {@link AccountFunctions.signUp} resolves to. */
export interface SignedUp {
  /** The new user's unique identifier. */
  sub: string;
  /** Whether the user may sign in at once. Otherwise {@link AccountFunctions.confirmSignUp} comes first. */
  confirmed: boolean;
  /** Where the code for that was sent, if one was. */
  sent?: SentCode;
}

/** The options of functions that take a user name and a code. */
export interface CodeOptions extends TriggerOptions {
  /** Whom the call is for. */
  visitor?: Visitor | undefined;
}

/** The options of functions that send a code to a user name. */
export interface SendCodeOptions extends CodeOptions {
  /**
   * Whether the outcome may tell if the user exists. Default `false`: the function resolves to `undefined` for every name. With `true` it
   * resolves to the masked address, and rejects with `user-missing`, `invalid-argument` or `not-authorized`.
   */
  tell?: boolean | undefined;
}

/** The options of {@link Account.update}. */
export interface UpdateOptions extends TriggerOptions {
  /**
   * Names of attributes that may be set although they begin with `custom:` or end with `_verified`. Name them in code, not from a
   * request.
   */
  allow?: readonly string[] | undefined;
}

/** A passkey of a user's. */
export interface Passkey {
  /** Names it: {@link Account.deletePasskey} takes it. */
  id: string;
  /** What the user's device calls it. */
  name?: string;
  /** The domain that it is for. */
  relyingPartyId: string;
  /** When it was made. */
  createdAt: Date;
}

/**
 * A signed-in user's own account. The access token needs the scope `aws.cognito.signin.user.admin`, AWS credentials are not needed.
 *
 * If the user pool's keys are there, the token is verified first, and only a good one is sent to Cognito, which knows about
 * revoked ones. Every function rejects with `token-expired`, `token-revoked`, `token-use`, `token-malformed`, `token-signature`,
 * `token-scopes` or another `token-` reason if the token is not accepted.
 */
export interface Account {
  /** The user (GetUser). */
  get(options?: CallOptions): Promise<User>;
  /**
   * Changes attributes (UpdateUserAttributes), and resolves to the codes that were sent for new addresses.
   * @throws {AuthError} `user-exists` (the address belongs to another user), `invalid-argument`, `delivery-failed`
   * @example
   * const [sent] = await auth.account(accessToken).update({ email: form.email });
   */
  update(changes: AttributeChanges, options?: UpdateOptions): Promise<SentCode[]>;
  /** Sends a code for an address (GetUserAttributeVerificationCode). */
  sendCode(attribute: "email" | "phone_number", options?: TriggerOptions): Promise<SentCode>;
  /**
   * Verifies an address by its code (VerifyUserAttribute).
   * @throws {AuthError} `code-wrong`, `code-expired`, `attempts-exceeded`
   */
  verify(attribute: "email" | "phone_number", code: string, options?: CallOptions): Promise<void>;
  /**
   * Changes the password (ChangePassword).
   * @throws {AuthError} `bad-credentials` (the old password is wrong), `password-policy`, `attempts-exceeded`
   */
  changePassword(oldPassword: string, newPassword: string, options?: CallOptions): Promise<void>;
  /** Creates the secret of an authenticator app (AssociateSoftwareToken). It is in use after {@link Account.confirmTotp}. */
  setUpTotp(options?: CallOptions): Promise<Totp>;
  /**
   * Verifies the authenticator app by a code that it shows (VerifySoftwareToken), and asks for such codes from now on
   * (SetUserMFAPreference). With `stage: "preference"` only the second request has failed.
   * @throws {AuthError} `code-wrong`
   */
  confirmTotp(
    code: string,
    options?: CallOptions & { deviceName?: string | undefined },
  ): Promise<void>;
  /** Sets which second factors are asked for (SetUserMFAPreference). */
  setMfa(preference: Readonly<MfaPreference>, options?: CallOptions): Promise<void>;
  /**
   * Begins a passkey (StartWebAuthnRegistration): the options for `PublicKeyCredential.parseCreationOptionsFromJSON` and
   * `navigator.credentials.create`, on a page of the user pool's relying party.
   */
  startPasskey(options?: CallOptions): Promise<Record<string, unknown>>;
  /**
   * Keeps the passkey that `navigator.credentials.create()` gave, as `toJSON()` or its text (CompleteWebAuthnRegistration).
   * @throws {AuthError} `passkey-refused`
   */
  finishPasskey(credential: string | object, options?: CallOptions): Promise<void>;
  /** The user's passkeys, all pages of them (ListWebAuthnCredentials). */
  passkeys(options?: CallOptions): Promise<Passkey[]>;
  /** Deletes a passkey (DeleteWebAuthnCredential). @throws {AuthError} `passkey-missing` */
  deletePasskey(id: string, options?: CallOptions): Promise<void>;
  /** Ends all sign-ins of the user (GlobalSignOut). Tokens that are out still verify until they expire. */
  signOutEverywhere(options?: CallOptions): Promise<void>;
  /** Deletes the account for good (DeleteUser). */
  delete(options?: CallOptions): Promise<void>;
}

/** The functions of an {@link Auth} for registration and users' own accounts. None of them needs AWS credentials. */
export interface AccountFunctions {
  /**
   * Registers a user (SignUp), whom {@link AccountFunctions.confirmSignUp} confirms. The request is never sent again on its own.
   *
   * @throws {AuthError} `user-exists`, `password-policy`, `rejected-by-trigger`, `delivery-failed` and `throttled` (the user may have
   * been created: `resendCode`), `invalid-argument`, `config`, `network`, `timeout`, `service`
   * @see https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_SignUp.html
   * @example
   * const { sent } = await auth.signUp(form.username, form.password, { attributes: { email: form.email } });
   */
  signUp(username: string, password: string, options?: SignUpOptions): Promise<SignedUp>;
  /** As {@link AccountFunctions.signUp}, without a password: for user pools whose users sign in with codes or passkeys. */
  startSignUp(username: string, options?: SignUpOptions): Promise<SignedUp>;
  /**
   * Confirms a registration by its code (ConfirmSignUp). A user who does not exist is `code-wrong`.
   *
   * @throws {AuthError} `code-wrong`, `code-expired`, `attempts-exceeded`, `user-exists` (the address belongs to another user by
   * now), `not-authorized` (the user is confirmed already)
   * @example
   * await auth.confirmSignUp(form.username, form.code);
   */
  confirmSignUp(username: string, code: string, options?: CodeOptions): Promise<void>;
  /**
   * Sends the code for {@link AccountFunctions.confirmSignUp} again (ResendConfirmationCode).
   *
   * @throws {AuthError} `attempts-exceeded`, `delivery-failed`
   */
  resendCode(username: string, options?: SendCodeOptions): Promise<SentCode | undefined>;
  /**
   * Sends a code for a new password (ForgotPassword).
   *
   * @throws {AuthError} `attempts-exceeded`, `delivery-failed`
   * @see https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ForgotPassword.html
   * @example
   * await auth.forgotPassword(form.username);
   */
  forgotPassword(username: string, options?: SendCodeOptions): Promise<SentCode | undefined>;
  /**
   * Sets a new password by the code (ConfirmForgotPassword). A user who does not exist is `code-wrong`.
   *
   * @throws {AuthError} `code-wrong`, `code-expired`, `password-policy`, `attempts-exceeded`
   * @example
   * await auth.resetPassword(form.username, form.code, form.password);
   */
  resetPassword(
    username: string,
    code: string,
    newPassword: string,
    options?: CodeOptions,
  ): Promise<void>;
  /**
   * The own account of the user whose access token it is. Does no I/O: its functions check the token.
   * @example
   * const { attributes } = await auth.account(accessToken).get();
   */
  account(accessToken: string): Account;
}
