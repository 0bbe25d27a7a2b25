// How users sign in.

/**
 * A sign-in flow of Amazon Cognito. The app client must allow it: `ExplicitAuthFlows` has the name with `ALLOW_` in front.
 *
 * The `ADMIN_` flows are signed requests, which need AWS credentials. The others are public requests, which need none: no
 * credentials are looked for.
 * - `ADMIN_NO_SRP_AUTH`, `ADMIN_USER_PASSWORD_AUTH`: two names of one flow, which is made for servers.
 * - `USER_PASSWORD_AUTH`: the same without AWS credentials.
 * - `USER_SRP_AUTH`: the password is proved and not sent (SRP-6a). App clients allow it by default.
 * - `USER_AUTH`: the user pool's choice of first factors, of which a password is one.
 * - `CUSTOM_AUTH`: the user pool's Lambda triggers ask questions, after the password has been proved (SRP-6a).
 * @see https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-authentication-flow-methods.html
 */
export type AuthFlow =
  | "ADMIN_NO_SRP_AUTH"
  | "ADMIN_USER_PASSWORD_AUTH"
  | "CUSTOM_AUTH"
  | "USER_AUTH"
  | "USER_PASSWORD_AUTH"
  | "USER_SRP_AUTH";
