"use strict";

// From a request to a row of the routes, past `auth`, and to the answer.

const { answerTo } = require("cognito-auth-native");
const { HttpError, send } = require("./http");
const { createGuesses } = require("./guesses");
const { createNotes } = require("./notes");
const { requireOwnPage } = require("./origin");
const pages = require("./pages");
const { isEndOfSession } = require("./problems");
const { ROUTES, policiesFor } = require("./routes");
const session = require("./session");
const { returnToOf } = require("./sign-in");

/** Why a refresh token is never good again. */
const ENDED = ["refresh-expired", "user-disabled", "user-missing", "invalid-argument"];

/** Carries no token: nobody's request. */
const NOBODY = { headers: {} };

/**
 * Makes the listener of an HTTP server.
 *
 * @param {object} options
 * @param {import("cognito-auth-native").Auth} options.auth
 * @param {string} options.origin The address that browsers show for this site: scheme, host and port.
 * @param {object} [options.notes] What createNotes makes, or the same with functions that return promises.
 * @param {object} [options.guesses] What createGuesses makes, likewise.
 * @param {(error: unknown) => void} [options.log] Gets the errors that only the site's operator can do something about:
 * settings, keys, Cognito, defects. Clients are not shown their messages.
 */
function createApp({
  auth,
  origin,
  notes = createNotes(),
  guesses = createGuesses(),
  log = console.error,
}) {
  const report = (error) => {
    const expected = error === undefined || error instanceof HttpError || error.status < 500;
    if (!expected) {
      log(error);
    }
  };
  const site = { auth, report, notes, guesses };
  const policies = policiesFor({
    cookie: session.COOKIE,
    accessCookie: session.ACCESS,
    origins: [origin],
  });
  // Made once: a mistake in a policy is reported as the site starts, and not by the first request.
  const guards = {};
  for (const [access, policy] of Object.entries(policies.api)) {
    guards[access] = auth.middleware(policy);
  }

  async function serve(context, response) {
    const { request } = context;
    const [path, search = ""] = request.url.split("?", 2);
    const route = routeOf(request.method, path);
    context.query = new URLSearchParams(search);
    if (await PASSES[route.kind](route, context, response)) {
      const reply = await route.answer(context);
      sendReply(response, { ...reply, headers: { ...context.headers, ...reply.headers } });
    }
  }

  /** For pages, `authenticate`: the verdict is data, and its page is ours. */
  async function passToPage(route, context, response) {
    const { request } = context;
    if (route.method !== "GET") {
      requireOwnPage(request, origin);
    }
    let who = await whoIs(route, context);
    const isForTokens = route.access !== "anybody" || route.method === "GET";
    if (isForTokens && who.claims === undefined && (who.ok || who.status === 401)) {
      who = await whoAfterRefresh(who, route, context);
    }
    if (who.ok) {
      context.claims = who.claims;
      return true;
    }
    report(who.error);
    if (route.access === "anybody") {
      // A user whose token is not accepted is a visitor: an outage of the keys does not take down the public pages.
      return true;
    }
    const headers = { ...context.headers, ...who.headers };
    const user = session.nameOf(await memberOf(who, context));
    send(response, { status: who.status, headers, body: refusalPage(who, route.path, user) });
    return false;
  }

  /** The verdict on the ID token and, where a page needs it, on the access token: it may expire earlier. */
  async function whoIs(route, context) {
    const { request } = context;
    const who = await auth.authenticate(request, policies.page[route.access]);
    if (!who.ok || route.access !== "account") {
      return who;
    }
    const own = await auth.authenticate(request, policies.own);
    if (!own.ok) {
      return own;
    }
    if (own.claims.sub !== who.claims.sub) {
      // The page would show one user, and change the account of another.
      return auth.authenticate(NOBODY, policies.own);
    }
    context.account = auth.account(session.cookieOf(request, session.ACCESS));
    return who;
  }

  /** The claims of a signed-in user who may not see the page. The verdict on that has none. */
  async function memberOf({ status }, { carrier, request }) {
    if (status !== 403) {
      return undefined;
    }
    const { claims } = await auth.authenticate(carrier ?? request, policies.page.signedIn);
    return claims;
  }

  /** Who the user is with new tokens, if the browser has a refresh token: ID tokens last an hour, and a session may last longer. */
  async function whoAfterRefresh(who, route, context) {
    const refreshToken = session.cookieOf(context.request, session.REFRESH);
    if (refreshToken === undefined) {
      return who;
    }
    try {
      const tokens = await auth.refresh(refreshToken);
      context.headers = session.signedIn(tokens);
      context.account = auth.account(tokens.accessToken);
      context.carrier = { headers: { authorization: `Bearer ${tokens.idToken}` } };
      return await auth.authenticate(context.carrier, policies.page[route.access]);
    } catch (error) {
      report(error);
      // After "refresh-reused" another process may just have set the new cookies, and "throttled" says nothing about the user.
      if (ENDED.includes(error.reason)) {
        context.headers = session.signedOut();
      }
      return who;
    }
  }

  /** For the API, `middleware`: it sends a refusal itself, as JSON, and calls `next` otherwise, as in Express. */
  async function passToApi(route, context, response) {
    const { request } = context;
    let next;
    await guards[route.access](request, response, (error) => {
      next = { error };
    });
    if (next?.error) {
      throw next.error;
    }
    context.claims = request.auth?.claims;
    return next !== undefined;
  }

  const PASSES = { page: passToPage, api: passToApi, file: () => true };

  return (request, response) => {
    const context = { request, claims: undefined, headers: {}, site };
    serve(context, response).catch((error) => {
      report(error);
      fail(context, response, error);
    });
  };
}

function routeOf(method, path) {
  const found = ROUTES.filter((route) => route.path === path);
  if (found.length === 0) {
    throw new HttpError(404, "There is no such page.");
  }
  // Node.js sends no body to HEAD.
  const route = found.find((one) => one.method === (method === "HEAD" ? "GET" : method));
  if (route === undefined) {
    const allow = found.map((one) => one.method).join(", ");
    throw new HttpError(405, "This cannot be done here.", { allow });
  }
  return route;
}

function sendReply(response, { status = 200, headers = {}, page, json, redirect, file, type }) {
  if (redirect !== undefined) {
    // 303: the browser follows with GET, so loading the page again repeats nothing.
    send(response, { status: 303, headers: { ...headers, location: redirect } });
  } else if (json !== undefined) {
    send(response, { status, headers, type: "json", body: JSON.stringify(json) });
  } else if (file !== undefined) {
    send(response, { headers, type, body: file });
  } else {
    send(response, { status, headers, body: page });
  }
}

// ---------------------------------------------------------------------------------------------------------------
// What goes wrong
// ---------------------------------------------------------------------------------------------------------------

const TITLES = {
  400: "This request is not valid",
  403: "You may not do this",
  404: "Not found",
  405: "Not allowed",
  429: "Too many requests",
  500: "Something went wrong",
  503: "Not available at the moment",
};

const titleOf = (status) => TITLES[status] ?? TITLES[status < 500 ? 400 : 500];

/** A refused user who is not signed in gets the form, on the page that was asked for; others are told why not. */
function refusalPage({ status, body, headers }, path, user) {
  const { message } = JSON.parse(body);
  if (status === 401) {
    return pages.signIn({ returnTo: returnToOf(path), title: "Please sign in" });
  }
  const seconds = headers["retry-after"];
  const again = seconds === undefined ? "" : ` Try again in ${seconds} s.`;
  return pages.failure({ title: titleOf(status), message: `${message}.${again}`, user });
}

/** What goes wrong later takes no new tokens away from the browser: `context.headers`. */
function fail(context, response, error) {
  const { request } = context;
  if (response.headersSent || request.socket.destroyed) {
    response.destroy();
    return;
  }
  const { status, message, ...described } = describe(error);
  const headers = { ...context.headers, ...described.headers };
  if (request.url.startsWith("/api/")) {
    const body = JSON.stringify({
      error: status < 500 ? "invalid_request" : "server_error",
      message,
    });
    send(response, { status, headers, type: "json", body });
    return;
  }
  if (isEndOfSession(error)) {
    const [path] = request.url.split("?", 1);
    const page = pages.signIn({ returnTo: returnToOf(path), title: "Please sign in" });
    send(response, { status: 401, headers: { ...headers, ...session.signedOut() }, body: page });
    return;
  }
  const page = pages.failure({
    title: titleOf(status),
    message,
    user: session.nameOf(context.claims),
  });
  send(response, { status, headers, body: page });
}

/** What a client may know of an error. */
function describe(error) {
  if (error instanceof HttpError) {
    return error;
  }
  const { status, headers, body } = answerTo(error);
  return { status, headers, message: JSON.parse(body).message };
}

module.exports = { createApp };
