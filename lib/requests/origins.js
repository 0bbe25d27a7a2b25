"use strict";

// Whether the page that sent a request is the application's own. A browser adds cookies to requests of any page, so a cookie
// alone does not say that the user wanted the request (CSRF).

/** @import { Carrier } from "../internal" */

const { URL } = require("node:url");
const { headerOf, methodOf } = require("./carriers");
const { memberOf } = require("./members");

/**
 * Methods that change nothing (RFC 9110, section 9.2.1): a link may be followed from anywhere.
 *
 * @type {readonly (string | undefined)[]}
 */
const SAFE = ["GET", "HEAD", "OPTIONS"];

/** Values of Sec-Fetch-Site for the application's own pages, and for what the user typed or chose from the bookmarks. */
const OWN_SITE = ["same-origin", "none"];

const FORWARDED_PROTO = "x-forwarded-proto";

/** @type {{ [protocol: string]: any }} */
const DEFAULT_PORTS = { __proto__: null, "http:": ":80", "https:": ":443" };

/**
 * Whether a request may change something: by its method, an unknown one included, or by opening a WebSocket.
 *
 * @type {(request: unknown, carrier: Carrier | undefined) => boolean}
 */
function mayChange(request, carrier) {
  return !SAFE.includes(methodOf(request)) || headerOf(carrier, "upgrade") !== undefined;
}

/**
 * Whether a page of the application, or no page at all, sent the request. `origins` are those of its other pages.
 *
 * @type {(request: unknown, carrier: Carrier | undefined, origins: readonly string[]) => boolean}
 */
function isFromOwnPage(request, carrier, origins) {
  const origin = headerOf(carrier, "origin");
  if (origin !== undefined && origins.includes(origin)) return true;
  const site = headerOf(carrier, "sec-fetch-site");
  if (site !== undefined) return OWN_SITE.includes(site);
  return origin === undefined || isOwnOrigin(origin, request, carrier, origins);
}

/**
 * Whether scheme, host and port are those that the request was sent to. Behind a proxy that ends TLS the scheme is known only
 * from `origins`, where they name the host. X-Forwarded-Host does not count: the sender of the request can choose it.
 *
 * @type {(origin: string, request: unknown, carrier: Carrier | undefined, origins: readonly string[]) => boolean}
 */
function isOwnOrigin(origin, request, carrier, origins) {
  const host = (headerOf(carrier, ":authority") ?? headerOf(carrier, "host"))?.toLowerCase();
  if (host === undefined) return false;
  const url = parsed(origin);
  if (url === undefined) return false;
  const { protocol, host: expected } = url;
  const port = DEFAULT_PORTS[protocol];
  if (port === undefined || (protocol === "http:" && isEncrypted(request, carrier))) return false;
  if (origins.some((one) => parsed(one)?.host === expected)) return false;
  return host === expected || host === expected + port;
}

/**
 * The origin as a URL; undefined if it is none, such as `null`, or has more than an origin has.
 *
 * @type {(origin: string) => URL | undefined}
 */
function parsed(origin) {
  try {
    const url = new URL(origin);
    return url.origin === origin ? url : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Whether the request is known to have come through TLS. That a connection is not encrypted says nothing: a proxy in front may
 * have ended TLS. API Gateway is reached through TLS only; a load balancer of AWS sets X-Forwarded-Proto, whatever its client sent.
 * Express's and Fastify's `protocol` believes a proxy if they are told to.
 *
 * @type {(request: unknown, carrier: Carrier | undefined) => boolean}
 */
function isEncrypted(request, carrier) {
  if (headerOf(carrier, ":scheme") === "https") return true;
  const context = memberOf(request, "requestContext");
  if (memberOf(context, "elb") !== undefined) return headerOf(carrier, FORWARDED_PROTO) !== "http";
  if (context !== undefined) return true;
  return [request, memberOf(request, "raw"), memberOf(request, "req")].some(
    (one) =>
      memberOf(memberOf(one, "socket"), "encrypted") === true ||
      memberOf(one, "protocol") === "https" ||
      hasHttpsUrl(one),
  );
}

/**
 * A Fetch `Request` has its whole URL.
 *
 * @type {(request: unknown) => boolean}
 */
function hasHttpsUrl(request) {
  const url = memberOf(request, "url");
  return typeof url === "string" && url.startsWith("https:");
}

/** @type {(value: unknown) => boolean} */
const isOrigin = (value) => {
  const protocol = typeof value === "string" ? parsed(value)?.protocol : undefined;
  return protocol !== undefined && DEFAULT_PORTS[protocol] !== undefined;
};

module.exports = { isFromOwnPage, isOrigin, mayChange };
