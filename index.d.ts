/**
 * Amazon Cognito sign-up, sign-in and token verification for Node.js back ends.
 *
 * The four functions at the top level are the ones of AWS's tutorial "Build a turn-based game with
 * Amazon DynamoDB and Amazon SNS". They work on the user pool that the environment names;
 * {@link createAuth} makes the same functions for any other pool.
 *
 * Every function returns a native promise. Nothing is thrown synchronously, and every failure is an
 * {@link AuthError} with a stable `reason`.
 *
 * Options, policies, credentials and key sets are plain objects: own members of instances of classes, of Maps, Proxies and
 * objects that inherit members, and getters, are refused with reason `config`. None of them could be read completely.
 */

export * from "./types/accounts";
export * from "./types/administration";
export * from "./types/auth";
export * from "./types/calls";
export * from "./types/claims";
export * from "./types/errors";
export * from "./types/events";
export * from "./types/flows";
export * from "./types/keys";
export * from "./types/options";
export * from "./types/policies";
export * from "./types/reasons";
export * from "./types/requests";
export * from "./types/sign-in";
export * from "./types/tutorial";
