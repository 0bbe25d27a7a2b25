// Types that index.js and lib/ share. Only the type check (`npm run lint:types`) reads them; they are not published.

import type * as binding from "../binding";
import type { AbortSignalLike } from "../types/calls";
import type { AuthErrorOf } from "../types/errors";
import type { CallEvent, KeysEvent } from "../types/events";
import type { KeysStatus } from "../types/keys";
import type { Reason } from "../types/reasons";

export type { AbortSignalLike, AuthErrorOf, KeysEvent, KeysStatus, Reason };

declare global {
  interface PropertyDescriptor {
    /** Of a literal: a `get` on Object.prototype cannot make a descriptor without a prototype invalid. */
    __proto__?: null;
  }

  // What binding.d.ts names and does not declare: a handle of one is none of another.
  interface Cancel {
    readonly ends: "calls";
  }
  interface Pool {
    readonly of: "settings";
  }
  interface Verifiers {
    readonly of: "policy";
  }
}

/** The native addon. */
export type Native = typeof binding;

/** A pool on the native side. */
export type PoolHandle = Exclude<ReturnType<Native["open"]>, binding.Failure>;

/** A policy over a pool on the native side. */
export type VerifierHandle = Exclude<ReturnType<Native["verifier"]>, binding.Failure>;

/** What ends native calls that were given it. */
export type CancelHandle = ReturnType<Native["newCancel"]>;

/** A failure as native functions return it: JSON. */
export type NativeFailure = binding.Failure & { __proto__?: null };

/** The result of a verification: the payload, `null` if the keys must be loaded first, or a failure. */
export type Verdict = ReturnType<Native["verify"]>;

/** The public function that was called: the stack of an error begins below it. */
export type Caller = ((...args: never[]) => unknown) | (abstract new (...args: never[]) => unknown);

/** An object that has the stack of a call. */
export interface Place {
  __proto__?: null;
  stack?: unknown;
}

/** The calls that a signal ends, and what it calls when it is aborted. */
export interface Listener {
  cancels: Set<CancelHandle>;
  raise: () => void;
}

/** A Buffer, with functions of Node.js that @types/node does not declare. */
export type Bytes = Buffer & {
  latin1Slice(start: number, end: number): string;
  utf8Write(text: string, offset: number): number;
};

/** A token that waits to be verified with others: called with its result. */
export type Resolve = (result: Verdict) => void;

/** A verified token that is remembered. */
export interface Entry {
  /** Of the token, in characters. */
  length: number;
  /** The bytes that have the token from `offset` on, until it comes again and `text` has it. */
  bytes: Bytes | undefined;
  offset: number;
  text: string | undefined;
  /** The payload as text, until the token comes again and `claims` has it. */
  payload: string | undefined;
  claims: Claims;
  /** The names of claims that are objects or lists. */
  nested: readonly string[];
  /** In seconds since 1970. */
  from: number;
  /** In seconds since 1970. */
  to: number;
}

/** An argument, and the name that the replaced SDK gives it. */
export interface Argument {
  name: string;
  value: unknown;
}

/** A failure before it is an error. */
export interface Failure {
  __proto__?: null;
  reason: Reason;
  status: number;
  name: string;
  message: string;
  statusCode?: number;
  requestId?: string;
  retryable?: boolean;
  retryAfter?: number;
  attempts?: number;
  stage?: "sign-up" | "confirm" | "create" | "password" | "verify" | "preference";
  hint?: string | undefined;
  challengeName?: string;
  session?: string;
  /** The challenge: two JSON texts as native code has it, then an object to answer it with. */
  // biome-ignore lint/suspicious/noExplicitAny: as above
  challenge?: any;
  /** Of an answer to a challenge that had no effect: the challenge may be answered again. No error has it. */
  open?: true;
  /** Those that it stands for. */
  failures?: Failure[];
  /** The message of an error that is the cause. */
  cause?: string | undefined;
  /** In seconds since 1970. */
  expiredAt?: number;
  /** In seconds since 1970. */
  date?: number;
  /** Made by the application with `new`. */
  isConstructed?: true;
}

/** Members of an object from outside, on an object without a prototype: not checked yet. */
export type Members = Record<string, unknown>;

/** Which tokens are accepted, as the native side takes it. */
export interface NativePolicy {
  __proto__?: null;
  use?: string;
  clockTolerance?: number;
  anyClient?: boolean;
  clientIds?: readonly string[] | undefined;
  groups?: readonly string[] | undefined;
  scopes?: readonly string[] | undefined;
}

/** Settings as the native side takes them. Their types have been checked, not what the texts look like. */
export interface Settings {
  __proto__?: null;
  region?: string;
  ambientRegion?: string;
  replicaRegions?: readonly string[];
  userPoolId?: string;
  clientId?: string;
  /** null, of an option: none, whatever the environment says. */
  clientSecret?: string | null;
  authFlow?: string;
  stateKey?: readonly string[] | null;
  refreshReuse?: number;
  endpoint?: string;
  issuer?: readonly string[];
  jwksUri?: string;
  profile?: string;
  httpsProxy?: string;
  noProxy?: string;
  extraCaCerts?: string;
  credentials?: Record<string, string>;
  timeoutMs?: number;
  connectTimeoutMs?: number;
  maxAttempts?: number;
  verify?: NativePolicy;
  jwks?: unknown;
  /** The settings of each, if there are several. */
  pools?: readonly Settings[];
}

/** Environment variables by name. */
export type Variables = Record<string, string | undefined>;

/** A check of an option's type, and how a message describes what it accepts. */
export type OptionCheck = readonly [(value: unknown) => boolean, string];

/** Claims, as JSON.parse gives them. */
// biome-ignore lint/suspicious/noExplicitAny: the public types say what they are, by the policy that a token passed
export type Claims = any;

/** The event of a call, while the call goes on. */
export type OpenCallEvent = { __proto__?: null } & {
  -readonly [Name in keyof CallEvent]: CallEvent[Name];
};

/** Where an answer of Cognito comes from. */
export interface Origin {
  attempts?: number;
  statusCode?: number;
  requestId?: string;
}

/** A channel of node:diagnostics_channel, or what stands in its place. */
export type Channel =
  | import("node:diagnostics_channel").Channel
  | { readonly hasSubscribers: false };

/** A failure on its way to the application. */
export type Refusal = InstanceType<typeof import("./errors/failure")["Refusal"]>;

/** What is not there yet: an instance of the class in exposed.js, by what it gives. */
export interface Later<Value> {
  promise: Promise<unknown>;
  finish: ((result: never) => Value | Later<Value> | Refusal) | undefined;
}

/** What `exposed` gives for what the work of a call gives. */
export type Exposed<Result> =
  Result extends Later<infer Value> ? Promise<Value> : Result extends Refusal ? never : Result;

/** What a function of a pool asks for a native handle. */
export type HandleFor = () => PoolHandle;

/** What the functions for accounts and administration work on. */
export interface AccountContext {
  handleFor: HandleFor;
  /** For access tokens of the pool. */
  accountVerifier: () => InstanceType<typeof import("./verify/verifier")["Verifier"]>;
  /** How long one call to Cognito may take, in milliseconds, if that is configured. */
  callMs: () => number | undefined;
  accessToken?: unknown;
}

/** A function for accounts or administration, as an application calls it. */
export type AccountFunction = (...given: unknown[]) => unknown;

/** The objects that have functions for accounts and administration. */
export type AccountGroup = "auth" | "account" | "users" | "groups";

/** The Auth of some options. */
export type LiveAuth = InstanceType<typeof import("./auth")["LiveAuth"]>;

/** An argument: its name, its check, and the member of the request that it becomes. */
export type AccountArgument = [
  name: string,
  check: (value: unknown, name: string) => unknown,
  member: string | undefined,
];

/** A function for accounts or administration, as lib/accounts/tables.js describes it. */
export interface AccountRow {
  __proto__?: null;
  // biome-ignore lint/suspicious/noExplicitAny: options have been checked by their table
  send: string | ((options: any) => string);
  takes?: readonly AccountArgument[];
  options?: Record<string, (value: unknown, name: string) => unknown>;
  defined?: readonly string[];
  // biome-ignore lint/suspicious/noExplicitAny: as above
  request?: (options: any, members: Members) => Members;
  // biome-ignore lint/suspicious/noExplicitAny: as above
  read?: (answer: unknown, options: any) => unknown;
  items?: string;
  token?: string;
  each?: (part: unknown) => unknown;
}

/** What is left of what was read from an answer: an unreadable one, and a Refusal, are thrown. */
export type ReadFrom<Value> = Exclude<Value, Refusal | Unreadable>;

/** In the place of what cannot be read. */
export type Unreadable = typeof import("./shape")["UNREADABLE"];

/** Where the headers of a request are, and how a header is read from there. */
export interface Carrier {
  // biome-ignore lint/suspicious/noExplicitAny: whatever `find` of the same row has found
  headers: any;
  // biome-ignore lint/suspicious/noExplicitAny: as above
  read(headers: any, name: string): string | undefined;
}

/** What a client is answered. */
export interface Answer {
  status: number;
  headers: Record<string, string>;
  body: string;
}

/** A row of the tables of answers. */
export interface AnswerRow {
  error: string;
  text: string;
  hasChallenge: boolean;
  body: string;
}

/** The option `cookie`, and a function that gives texts by reason. */
export type CookieOption = string | { amplify: "id" | "access" };
export type TextOption = (reason: string) => unknown;

/** The options of requests that are no policy, checked, with their defaults. */
export interface RequestValues {
  optional: boolean;
  bareToken: boolean;
  origins: readonly string[];
  realm: string;
  cookie?: CookieOption;
  property: string;
  response?: "simple" | "policy";
  context?: (claims: Claims) => unknown;
  // biome-ignore lint/suspicious/noExplicitAny: a request and a response, or an event
  onRefused?: (refused: RefusedRequest, ...given: any[]) => unknown;
}

/** A token, or why there is none. */
export interface FoundToken {
  token: string;
  source: "header" | "cookie" | undefined;
  problem: Failure | undefined;
}

/** The verdicts on requests. */
export interface AcceptedRequest {
  ok: true;
  claims: Claims;
  source: "header" | "cookie" | undefined;
}
export interface RefusedRequest extends Answer {
  ok: false;
  reason?: string;
  error?: unknown;
}
export type RequestVerdict = AcceptedRequest | RefusedRequest;

/** Runs work on behalf of the function that the application has called. */
export type Expose = <Result>(work: () => Result) => Exposed<Result>;

/** What API Gateway and AppSync are answered. */
export type AuthorizerAnswer = object | undefined;

/** A form of event of a Lambda authorizer. */
export interface EventForm {
  fits(event: unknown): boolean;
  arn: string | undefined;
  response: "simple" | "policy";
  answer(context: object, claims: Claims): object;
}
