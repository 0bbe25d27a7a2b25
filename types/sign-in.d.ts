// Signing in with challenges, refreshing, signing out.

import type { CallOptions } from "./calls";
import type { AuthFlow } from "./flows";

/** The options of calls that may run Lambda triggers of the user pool. */
export interface TriggerOptions extends CallOptions {
  /**
   * Handed to the triggers as `clientMetadata`. Amazon Cognito does not encrypt it, and does not check it: never pass on a
   * request's body.
   */
  clientMetadata?: Readonly<Record<string, string>> | undefined;
}

/** The user's browser, for the threat protection of the user pool. Empty texts are left out, but for `ip`. */
export interface Visitor {
  /** The IP address. In public flows Cognito takes it only from app clients with a secret that allow it. */
  ip: string;
  /** What AWS's script in the browser collected about the device. */
  encodedData?: string | undefined;
  /**
   * The request's headers. Only `User-Agent`, `Accept` and `Accept-*`, `X-Forwarded-For` and `CloudFront-*` are sent, and only
   * by the `ADMIN_` flows.
   */
  headers?: Readonly<Record<string, string | readonly string[] | undefined>> | undefined;
  /** The host that was asked. Only the `ADMIN_` flows send it. */
  host?: string | undefined;
  /** The path that was asked for. Only the `ADMIN_` flows send it. */
  path?: string | undefined;
}

/** The options of {@link Auth.signIn}. */
export interface SignInOptions extends TriggerOptions {
  /** The flow of this sign-in. Default: {@link AuthOptions.authFlow}. */
  authFlow?: AuthFlow | undefined;
  /** With the flow `USER_AUTH`: whether the password is sent or proved. Default `PASSWORD`. */
  prefer?: "PASSWORD" | "PASSWORD_SRP" | undefined;
  /** Whom the sign-in is for. */
  visitor?: Visitor | undefined;
}

/** The options of {@link SignInFunctions.startSignIn}. */
export interface StartSignInOptions extends Omit<SignInOptions, "prefer"> {
  /** With `USER_AUTH`, the factor to be asked for. Without it, or if the user has no such factor, the user chooses. */
  prefer?: "EMAIL_OTP" | "PASSWORD" | "PASSWORD_SRP" | "SMS_OTP" | "WEB_AUTHN" | undefined;
}

/** The options of {@link ChallengeStep.answerRaw}. */
export interface AnswerRawOptions extends TriggerOptions {
  /** Whom the answer is from. */
  visitor?: Visitor | undefined;
}

/** The options of {@link ChallengeStep.answer}. A member counts only for the challenges that take it. */
export interface AnswerOptions extends AnswerRawOptions {
  /** With the choice `PASSWORD` or `PASSWORD_SRP`: the password, which saves a step. */
  password?: string;
  /** With a new password: attributes to set. Those in `requiredAttributes` must be among them. */
  attributes?: Readonly<Attributes> | undefined;
  /** Names of attributes that may be set beyond the required ones. Name them in code, not from a request. */
  allow?: readonly string[] | undefined;
  /** With the choice `EMAIL_OTP` of `MFA_SETUP`: the address. */
  email?: string;
}

/** The options of {@link Auth.refresh}. */
export interface RefreshOptions extends TriggerOptions {
  /** The device's key, if the user pool remembers devices: {@link Tokens.device}. */
  deviceKey?: string | undefined;
}

/** The options of {@link ChallengeStep.save} and {@link Auth.resume}. */
export interface BindingOptions {
  /** Any text that only the browser has that began the sign-in, such as a random `__Host-` cookie. */
  binding: string;
}

/**
 * The tokens of a user who has signed in: a plain object, which JSON and spread copy whole. `console.log` shows the tokens as
 * `[hidden]`. This package keeps none of them.
 *
 * @example
 * const step = await auth.signIn("theseus", "Labyrinth1");
 * if (step.signedIn) response.cookie("__Host-refresh", step.refreshToken, { httpOnly: true, secure: true, sameSite: "lax" });
 */
export interface Tokens {
  /** The sign-in is complete. */
  signedIn: true;
  /** Says who the user is: {@link Auth.verifyToken} gives its claims. */
  idToken: string;
  /** For APIs. */
  accessToken: string;
  /** For {@link Auth.refresh}. Always the one to keep, replaced or not. */
  refreshToken: string;
  /** When the access token expires, in milliseconds since 1970. */
  expiresAt: number;
  /** What Cognito calls the device, if the user pool remembers devices. */
  device?: { key: string; groupKey: string };
}

/** Where a code was sent. */
export interface SentCode {
  /** The address, masked by Cognito: `t***@e***`, `+*******0100`. */
  to: string;
  /** The medium. */
  by: "EMAIL" | "SMS";
  /** The attribute that the code was sent to, such as `email`. Missing in challenges. */
  attribute?: string;
}

/** Attributes of a user by Cognito's names. All are texts, such as `"true"`; your own begin with `custom:`. */
export interface Attributes {
  /** The e-mail address. */
  email?: string;
  /** The phone number in E.164 form. */
  phone_number?: string;
  /** The full name. */
  name?: string;
  /** The given name. */
  given_name?: string;
  /** The family name. */
  family_name?: string;
  /** Any other attribute. */
  [attribute: string]: string | undefined;
}

/** The secret of an authenticator app. `console.log` shows its members as `[hidden]`. */
export interface Totp {
  /** The secret in Base32, to be typed in. */
  secret: string;
  /** `otpauth://totp/…`, to be shown as a QR code. The user pool's id is the issuer. */
  uri: string;
}

/** What all challenges have. */
export interface ChallengeStep<Name extends string> {
  /** The sign-in is not complete. */
  signedIn: false;
  /** Cognito's name for what is asked. */
  name: Name;
  /** The user name that the sign-in began with. */
  username: string;
  /**
   * Answers with what the user gave: a code, a password, a choice, a text; for a passkey the object that
   * `credential.toJSON()` gives in the browser, or its JSON text.
   *
   * A challenge lives for 3 to 15 minutes, as the app client's `AuthSessionValidity` says, and is answered once, by the app
   * client that it came from. The same one may be answered again after `code-wrong` and `password-policy`, and after a failure
   * before Cognito took any part of the answer. No request is sent twice.
   *
   * @throws {AuthError} `code-wrong`, `code-expired`, `challenge-expired` (start again), `password-policy`, `bad-credentials`,
   * `attempts-exceeded`, `rejected-by-trigger`, and what {@link Auth.signIn} rejects with
   * @example
   * const next = await challenge.answer("123456");
   */
  answer(answer: string | object, options?: AnswerOptions): Promise<Tokens | Challenge>;
  /**
   * Answers with these `ChallengeResponses`, for a challenge that this version does not know. `USERNAME` and `SECRET_HASH` are
   * added; given ones, and `DEVICE_KEY`, are refused.
   *
   * @throws {AuthError} as {@link ChallengeStep.answer}
   * @example
   * const next = await challenge.answerRaw({ ANSWER: "42" });
   */
  answerRaw(
    responses: Readonly<Record<string, string>>,
    options?: AnswerRawOptions,
  ): Promise<Tokens | Challenge>;
  /**
   * The challenge as an encrypted text, for {@link Auth.resume} on any server with the same `stateKey`. It is good for 15
   * minutes, this user pool and app client and, with a `binding`, this browser. Keep it in a `HttpOnly` cookie: it has about 2
   * KB, at most 8.
   *
   * @throws {AuthError} synchronously: `config` if there is neither a `stateKey` nor a client secret
   * @example
   * const state = challenge.save({ binding });
   */
  save(options?: BindingOptions): string;
}

/** A code was sent, or an authenticator app shows one. Answered with the code. */
export interface CodeChallenge
  extends ChallengeStep<"EMAIL_OTP" | "SMS_MFA" | "SMS_OTP" | "SOFTWARE_TOKEN_MFA"> {
  /** Where the code was sent, if it was. */
  sent?: SentCode;
}

/** An administrator has set the password. Answered with a new one, and with `attributes`. */
export interface NewPasswordChallenge extends ChallengeStep<"NEW_PASSWORD_REQUIRED"> {
  /** The attributes that the answer must set. */
  requiredAttributes: string[];
  /** The attributes that the user has. Missing after {@link Auth.resume}. */
  attributes?: Attributes;
}

/** There is a choice of factors. Answered with one of `choices`; with `PASSWORD`, give the option `password` too. */
export interface ChoiceChallenge extends ChallengeStep<"SELECT_CHALLENGE" | "SELECT_MFA_TYPE"> {
  /** What may be answered. */
  choices: string[];
}

/**
 * The user must set up a second factor. Answered with one of `choices`. After `SOFTWARE_TOKEN_MFA`, the next challenge has
 * `totp` to show, and is answered with the code that the authenticator app shows then.
 */
export interface MfaSetupChallenge extends ChallengeStep<"MFA_SETUP"> {
  /** What may be set up. */
  choices: string[];
  /** The secret to show, once `SOFTWARE_TOKEN_MFA` is chosen. Missing after {@link Auth.resume}. */
  totp?: Totp;
}

/** A password is asked for. Answered with it. */
export interface PasswordChallenge extends ChallengeStep<"PASSWORD" | "PASSWORD_SRP"> {}

/** A passkey is asked for. Answered with what `navigator.credentials.get({ publicKey })` gave, as JSON. */
export interface PasskeyChallenge extends ChallengeStep<"WEB_AUTHN"> {
  /** For `PublicKeyCredential.parseRequestOptionsFromJSON`. Missing after {@link Auth.resume}. */
  publicKey?: Record<string, unknown>;
}

/** The user pool's Lambda triggers ask. Answered with a text. A wrong answer may give another challenge instead of an error. */
export interface CustomChallenge extends ChallengeStep<"CUSTOM_CHALLENGE"> {
  /** The trigger's `publicChallengeParameters`. */
  parameters: Record<string, string>;
}

/**
 * The name of a challenge that this version has no type for: any string. The blank exists in this type only, so that comparing
 * `name` with a known name narrows a {@link Challenge}; compare `String(name)` with another one.
 */
export type OtherChallengeName = `${string} `;

/** A challenge that this version has no type for. Answered with {@link ChallengeStep.answerRaw}. */
export interface OtherChallenge extends ChallengeStep<OtherChallengeName> {
  /** `ChallengeParameters`, without the user name. */
  parameters: Record<string, string>;
}

/**
 * A further step of a sign-in. Its enumerable members, which `JSON.stringify` gives, may be shown to the user. What proves the
 * earlier steps is hidden in it.
 *
 * @example
 * let step = await auth.signIn("theseus", "Labyrinth1");
 * while (step.signedIn === false) step = await step.answer(await prompt(step.name));
 */
export type Challenge =
  | ChoiceChallenge
  | CodeChallenge
  | CustomChallenge
  | MfaSetupChallenge
  | NewPasswordChallenge
  | OtherChallenge
  | PasskeyChallenge
  | PasswordChallenge;

/** The functions of an {@link Auth} that sign users in and out. */
export interface SignInFunctions {
  /**
   * Signs a user in with a password: `Tokens`, or the `Challenge` that comes next.
   *
   * The flow is {@link AuthOptions.authFlow}; no other one is tried in its place. A user who does not exist is
   * `bad-credentials`, as a wrong password. The request is sent again only if the connection was refused or Cognito throttles.
   *
   * @throws {AuthError} `bad-credentials`, `user-unconfirmed`, `user-disabled`, `password-reset-required`,
   * `attempts-exceeded`, `not-authorized`, `rejected-by-trigger`, `invalid-argument`, `config`, `aws-credentials`,
   * `throttled`, `network`, `timeout`, `service`
   * @see https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_InitiateAuth.html
   * @example
   * const step = await auth.signIn(form.username, form.password);
   * if (step.signedIn === false) return response.json({ ask: step, state: step.save({ binding }) });
   * return response.json({ token: step.idToken });
   */
  signIn(username: string, password: string, options?: SignInOptions): Promise<Tokens | Challenge>;
  /**
   * Begins a sign-in without a password: the flow is `USER_AUTH`, or `CUSTOM_AUTH` by {@link SignInOptions.authFlow} or the Auth's. With
   * `USER_AUTH` the user chooses among the factors that the pool allows (`SELECT_CHALLENGE`); `prefer` asks for one of them at once:
   * `EMAIL_OTP`, `SMS_OTP`, `WEB_AUTHN`, `PASSWORD` or `PASSWORD_SRP`.
   *
   * @throws {AuthError} as {@link SignInFunctions.signIn}
   * @see https://docs.aws.amazon.com/cognito/latest/developerguide/authentication-flows-selection-sdk.html
   * @example
   * const step = await auth.startSignIn(form.username, { prefer: "EMAIL_OTP" });
   * if (step.signedIn === false) return response.json({ ask: step, state: step.save({ binding }) });
   */
  startSignIn(username: string, options?: StartSignInOptions): Promise<Tokens | Challenge>;
  /**
   * The challenge that {@link ChallengeStep.save} has made a text of, on this server or another one. Sends nothing.
   *
   * A copy does not know whether the challenge was answered: limit guesses by user name.
   *
   * @throws {AuthError} synchronously: `invalid-argument` if the text was changed, or was saved for another user pool, app client
   * or browser; `challenge-expired` after 15 minutes; `config`
   * @example
   * const step = await auth.resume(cookies.state, { binding }).answer(form.value);
   */
  resume(state: string, options?: BindingOptions): Challenge;
  /**
   * New tokens for a refresh token.
   *
   * Calls with the same token and `clientMetadata` share one request, in all threads of the process; calls with other
   * `clientMetadata` wait for one another. If Cognito replaces the
   * token (rotation), later calls with the old one get the same result for {@link AuthOptions.refreshReuse} seconds. The request
   * is sent once more if its answer is lost.
   *
   * @throws {AuthError} `refresh-expired`, `refresh-reused`, `user-disabled`, `rejected-by-trigger`, `invalid-argument`,
   * `config`, `throttled`, `network`, `timeout`, `service`
   * @see https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_GetTokensFromRefreshToken.html
   * @example
   * const tokens = await auth.refresh(cookies.refresh);
   */
  refresh(refreshToken: string, options?: RefreshOptions): Promise<Tokens>;
  /**
   * Signs the user out here: revokes the refresh token, and at Cognito the access tokens that came of it. Tokens that are out
   * still verify until they expire.
   *
   * @throws {AuthError} `refresh-expired` (the token has ended or is unknown: the user is signed out), `config` (not a refresh token,
   * or the app client does not allow revocation), `invalid-argument`, `throttled`, `network`, `timeout`, `service`
   * @see https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_RevokeToken.html
   * @example
   * await auth.signOut(cookies.refresh);
   */
  signOut(refreshToken: string, options?: CallOptions): Promise<void>;
}
