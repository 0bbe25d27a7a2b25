// The packages with a platform's addon, of which at most one is installed. For the type check only: not published.

declare module "cognito-auth-native-*" {
  const native: typeof import("../binding");
  export = native;
}
