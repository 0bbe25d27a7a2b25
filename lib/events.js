"use strict";

// What this package publishes on node:diagnostics_channel. Nothing is made, measured or asked for unless somebody subscribes.
// No message has a token, a user name, the message of an error or a secret.

/** @import { Channel, Failure, OpenCallEvent, Origin } from "./internal" */

const diagnostics = require("node:diagnostics_channel");
const { INTERNAL, Refusal } = require("./errors/failure");
const native = require("./host/native");
const { read } = require("./host/json");

/** AWS's request ids are UUIDs; emulators have other ones. */
const REQUEST_ID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** For a process in which something else stands in the place of Node.js' channels, as in a test that replaces the module. */
/** @type {Channel} */
const SILENT = { hasSubscribers: false };

/**
 * @param {string} name
 * @returns {Channel}
 */
function channelOf(name) {
  try {
    const channel = diagnostics.channel(name);
    return typeof channel.publish === "function" ? channel : SILENT;
  } catch {
    return SILENT;
  }
}

/** The channels of `diagnostics_channel.tracingChannel("cognito-auth-native:call")`. */
const call = {
  __proto__: null,
  start: channelOf("tracing:cognito-auth-native:call:start"),
  end: channelOf("tracing:cognito-auth-native:call:end"),
  asyncStart: channelOf("tracing:cognito-auth-native:call:asyncStart"),
  asyncEnd: channelOf("tracing:cognito-auth-native:call:asyncEnd"),
  error: channelOf("tracing:cognito-auth-native:call:error"),
};
const keys = channelOf("cognito-auth-native:keys");
const refused = channelOf("cognito-auth-native:refused");

/**
 * It throws nothing: Node.js reports what a subscriber throws as an uncaught exception, when the present code has ended.
 *
 * @param {Channel} channel
 * @param {object} event
 */
function publish(channel, event) {
  if (!channel.hasSubscribers) return;
  try {
    channel.publish(event);
  } catch {
    // Only a channel whose functions another package has replaced.
  }
}

const isTraced = () =>
  call.start.hasSubscribers ||
  call.end.hasSubscribers ||
  call.asyncStart.hasSubscribers ||
  call.asyncEnd.hasSubscribers ||
  call.error.hasSubscribers;

/**
 * The promise that `make` returns. `make` is called with the event of the call, for `addRequest`, or with undefined if nobody
 * subscribes.
 *
 * @template Value
 * @param {string} operation
 * @param {(event: OpenCallEvent | undefined) => Promise<Value>} make
 * @returns {Promise<Value>}
 */
function traced(operation, make) {
  return isTraced() ? tracedCall(operation, make) : make(undefined);
}

/**
 * @template Value
 * @param {string} operation
 * @param {(event: OpenCallEvent | undefined) => Promise<Value>} make
 * @returns {Promise<Value>}
 */
function tracedCall(operation, make) {
  /** @type {OpenCallEvent} */
  const event = { __proto__: null, operation };
  const began = native.uptime();
  /** @type {Promise<Value> | undefined} */
  let promise;
  const begin = () => {
    if (promise !== undefined) return;
    promise = settled(make(event), event, began);
    publish(call.end, event);
  };
  try {
    // An AsyncLocalStorage that a subscriber has bound to the channel has its store until the call has settled.
    /** @type {import("node:diagnostics_channel").Channel} */ (call.start).runStores(event, begin);
  } catch {
    // As in `publish`.
  }
  // Whatever became of the event, the call is made, and once.
  begin();
  return /** @type {any} */ (promise);
}

/**
 * @template Value
 * @param {Promise<Value>} promise
 * @param {OpenCallEvent} event
 * @param {number} began
 * @returns {Promise<Value>}
 */
async function settled(promise, event, began) {
  let failed = false;
  try {
    return await promise;
  } catch (thrown) {
    const { failure } = thrown instanceof Refusal ? thrown : { failure: INTERNAL };
    put(event, "reason", failure.reason);
    addRequest(event, failure);
    failed = true;
    throw thrown;
  } finally {
    put(event, "duration", native.uptime() - began);
    if (failed) publish(call.error, event);
    publish(call.asyncStart, event);
    publish(call.asyncEnd, event);
  }
}

/**
 * A subscriber may have frozen the event, or defined a member that throws: that is no affair of the call.
 *
 * @template {keyof OpenCallEvent} Name
 * @param {OpenCallEvent} event
 * @param {Name} name
 * @param {OpenCallEvent[Name]} value
 */
function put(event, name, value) {
  try {
    event[name] = value;
  } catch {
    // The event stays without it.
  }
}

/**
 * Adds where an answer or a failure comes from: the call's last request to Cognito.
 *
 * @param {OpenCallEvent} event
 * @param {Origin} origin
 */
function addRequest(event, origin) {
  const { attempts, statusCode, requestId } = /** @type {Origin} */ ({
    __proto__: null,
    ...origin,
  });
  if (attempts !== undefined) put(event, "attempts", attempts);
  if (statusCode !== undefined) put(event, "status", statusCode);
  // Something between here and Cognito may answer, and with any text.
  if (requestId !== undefined && REQUEST_ID.test(requestId)) put(event, "requestId", requestId);
}

/** Publishes the fetches of key sets since the last time. They end on a native thread, which cannot call subscribers. */
function announceFetches() {
  if (keys.hasSubscribers) announceUnread();
}

function announceUnread() {
  const fetches = read(native.keyFetches() ?? undefined);
  if (fetches === undefined) return;
  for (let index = 0; index < fetches.length; index++) {
    publish(keys, { __proto__: null, ...fetches[index] });
  }
}

/**
 * The failure of a token's verification, once it is published. A wrong or missing setting says nothing about the token.
 *
 * @param {Failure} failure
 * @returns {Failure}
 */
function refusal(failure) {
  if (refused.hasSubscribers && failure.reason !== "config") {
    publish(refused, { __proto__: null, reason: failure.reason });
  }
  return failure;
}

module.exports = { addRequest, announceFetches, refusal, traced };
