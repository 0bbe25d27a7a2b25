// biome-ignore-all lint/suspicious/noExplicitAny: requests, events and answers of whichever framework or service

// Whole requests: authenticate, middleware, lambdaAuthorizer, answerTo.

import type { CallOptions } from "./calls";
import type { ClaimsFor, IdTokenClaims } from "./claims";
import type { AuthError } from "./errors";
import type { Definite, InferredPolicy, VerifyPolicy } from "./policies";
import type { Reason } from "./reasons";

/** `Headers` of Fetch, or what works as they do. */
export interface HeadersLike {
  /** All values of a header, joined by commas. `name` may be in any case. */
  get(name: string): string | null;
}

/**
 * A request of Node.js (and so of Express, Fastify, Koa, Nest), a Fetch `Request` (Hono, Next.js), or an event of API Gateway,
 * AppSync, an application load balancer or a Lambda authorizer.
 */
export interface RequestLike {
  /** The headers, in whatever form. */
  readonly headers?: HeadersLike | { readonly [name: string]: unknown } | null | undefined;
  /** Node.js: names and values in turn. */
  readonly rawHeaders?: readonly string[] | undefined;
  /** The method. */
  readonly method?: string | undefined;
  /** API Gateway: all values of each header. */
  readonly multiValueHeaders?: { readonly [name: string]: unknown } | null | undefined;
  /** TOKEN and AppSync authorizers. */
  readonly authorizationToken?: string | undefined;
}

/** What {@link RequestFunctions.middleware} answers by: a response of Node.js, or of a framework above it. */
export interface ResponseLike {
  /** Sends the status and the headers. */
  writeHead(status: number, headers: Record<string, string>): unknown;
  /** Sends the body. */
  end(body: string): unknown;
}

/**
 * The options of {@link RequestFunctions.authenticate}: a policy, and where a token may be. A plain object. Keep it in a constant:
 * it is then checked once.
 * @example
 * const ADMINS: AuthenticateOptions = { groups: "admins", cookie: "__Host-id", origins: ["https://app.example.com"] };
 * const who = await auth.authenticate(request, ADMINS);
 */
export interface AuthenticateOptions extends VerifyPolicy, CallOptions {
  /**
   * Lets a request without a token through, with no claims. A token that is wrong or has expired is refused all the same; an
   * expired one in a cookie counts as none, for a browser cannot leave it out.
   */
  optional?: boolean | undefined;
  /**
   * The cookie that may have the token, where there is no header `Authorization`; or those of AWS Amplify. A request that may
   * change something is then refused unless a page of the application's own origin, or no browser, has sent it.
   */
  cookie?: string | { readonly amplify: "id" | "access" } | undefined;
  /** Further origins of the application's pages, such as `https://app.example.com`, for tokens in cookies. Of a host that they name, no other scheme counts. */
  origins?: readonly string[] | undefined;
  /** Accepts a token without `Bearer` in front of it, as API Gateway does. Default `false`; of authorizers `true`. */
  bareToken?: boolean | undefined;
  /** What the challenge calls the protected area. Default `api`. */
  realm?: string | undefined;
}

/** A request with a token that is accepted. */
export interface Authenticated<Claims = IdTokenClaims> {
  /** The request may go on. */
  ok: true;
  /** The token's claims, a fresh plain object. */
  claims: Claims;
  /** Where the token was. */
  source: "header" | "cookie";
}

/** A request without a token, where `optional` lets it through. */
export interface Anonymous {
  /** The request may go on. */
  ok: true;
  /** There is no token. */
  claims: undefined;
  /** There is no token. */
  source: undefined;
}

/**
 * A request that is refused: `status`, `headers` and `body` are for the client. `reason` and `error` are for the application's log,
 * and not enumerable.
 * @example
 * const who = await auth.authenticate(request);
 * if (who.ok === false) response.writeHead(who.status, who.headers).end(who.body);
 */
export interface Refused {
  /** The request must not go on. */
  ok: false;
  /** Why. Not enumerable. */
  reason: Reason;
  /** The HTTP status. */
  status: 400 | 401 | 403 | 500 | 503;
  /** With `WWW-Authenticate` by RFC 6750 and `Retry-After` where they apply; their names are in lower case. */
  headers: Record<string, string>;
  /** JSON: `{ error, message }`. It has nothing of the token or of the configuration in it. */
  body: string;
  /**
   * The error that {@link Auth.verify} rejects with. Missing for `token-missing`, `token-ambiguous` and `cross-site`. Not enumerable.
   */
  error: AuthError | undefined;
}

/** What an `optional` adds to the verdicts: nothing where it is known to be off. */
export type AnonymousFor<Options> = Options extends { optional?: false | undefined }
  ? never
  : Anonymous;

/** {@link AuthenticateOptions} whose `use` may be of the type `string`. */
export interface InferredAuthenticate<Options>
  extends Omit<AuthenticateOptions, keyof VerifyPolicy>,
    InferredPolicy<Options> {}

/**
 * The options of {@link RequestFunctions.middleware}.
 * @example
 * const options: MiddlewareOptions = { use: "access", scopes: "orders/read", property: "user" };
 */
export interface MiddlewareOptions extends AuthenticateOptions {
  /** The request's property that gets the verdict, with `claims` and `source`. Whatever was there is overwritten first. Default `auth`. */
  property?: string | undefined;
  /** Answers a refused request in place of the middleware. */
  onRefused?(refused: Refused, request: any, response: any): unknown;
}

/**
 * The options of {@link RequestFunctions.lambdaAuthorizer}. `cookie` is refused: API Gateway would keep the answer for the cookie
 * alone.
 * @example
 * const options: AuthorizerOptions = { context: ({ sub }) => ({ sub }), onRefused: ({ reason }) => console.warn(reason) };
 */
export interface AuthorizerOptions extends Omit<AuthenticateOptions, "cookie" | "origins"> {
  /** For HTTP APIs with payload format 2.0: `policy` if simple responses are switched off. Default `simple`. */
  response?: "simple" | "policy" | undefined;
  /**
   * What the service that is called gets to know. Default: `sub`, `username`, `groups` and `scope`, each a text. A plain object,
   * and no promise of one. API Gateway takes no lists and no objects in it.
   */
  context?(claims: any): { [name: string]: string | number | boolean };
  /** Called for each refused request, for the log. */
  onRefused?(refused: Refused, event: any): unknown;
}

/** The functions of an Auth that take whole requests. */
export interface RequestFunctions<Verified = IdTokenClaims> {
  /**
   * The verdict on a request, by the token in its header `Authorization: Bearer …`: every failure but an abort is data, with a status,
   * headers and a body for the client.
   *
   * @throws {AuthError} `config` for wrong options, `aborted`
   * @example
   * const who = await auth.authenticate(request);
   * if (who.ok === false) response.writeHead(who.status, who.headers).end(who.body);
   * else console.log(who.claims.sub);
   */
  authenticate(request: RequestLike | HeadersLike): Promise<Authenticated<Verified> | Refused>;
  authenticate<
    const Options extends InferredAuthenticate<Options> &
      Definite<Options, keyof AuthenticateOptions>,
  >(
    request: RequestLike | HeadersLike,
    options: Options,
  ): Promise<Authenticated<ClaimsFor<Options, Verified>> | Refused | AnonymousFor<Options>>;
  /**
   * Middleware for Express 4 and 5, Connect and what works as they do: it answers refused requests itself, and gives others
   * `request.auth` with `claims` and `source`.
   *
   * @throws {AuthError} `config`, synchronously, for wrong options
   * @example
   * const requireAdmin = auth.middleware({ groups: "admins" });
   */
  middleware(
    options?: MiddlewareOptions,
  ): (
    request: RequestLike,
    response: ResponseLike,
    next: (error?: unknown) => void,
  ) => Promise<void>;
  /**
   * A handler for Lambda authorizers of REST, HTTP and WebSocket APIs and of AppSync. The event's form says how it answers.
   *
   * @throws {AuthError} `config`, synchronously, for wrong options
   * @example
   * const handler = auth.lambdaAuthorizer({ use: "access" });
   */
  lambdaAuthorizer(options?: AuthorizerOptions): (event: any) => Promise<any>;
}

/** What to answer one's own client with. */
export interface Answer {
  /** The HTTP status: 400, 401, 403, 404, 409, 429, 500 or 503. */
  status: number;
  /** The headers; their names are in lower case. */
  headers: Record<string, string>;
  /** JSON: `{ error, message }`. */
  body: string;
}

/**
 * What to answer one's own client with for an error, whatever it is. The message is Cognito's own for the reasons `invalid-argument`,
 * `password-policy`, `rejected-by-trigger` and `user-exists` if it consists of words, numbers and dates, and a fixed text otherwise. No
 * answer has an ARN, an address or a setting in it.
 *
 * `text` gives the messages in your own words: it is called with the reason, and may return `undefined` for ours.
 *
 * @throws {AuthError} `config` for an option that does not exist
 * @example
 * try {
 *   response.end(await login(username, password));
 * } catch (error) {
 *   const { status, headers, body } = answerTo(error);
 *   response.writeHead(status, headers).end(body);
 * }
 */
export function answerTo(
  error: unknown,
  options?: { text?: ((reason: Reason) => string | undefined) | undefined },
): Answer;
