"use strict";

// What a sign-in has come to: tokens, or a challenge with functions that answer it. What proves the earlier steps is in a closure:
// nothing that looks at the object sees it.

/** @import { Failure, HandleFor, Later } from "../internal" */

const native = require("../host/native");
const { Refusal, failure } = require("../errors/failure");
const { ARGUMENT_CHARACTERS } = require("../generated/limits");
const { exposed } = require("../exposed");
const { read } = require("../host/json");
const { invoke } = require("../invoke");
const { attempt, failureOf } = require("../outcomes");
const { UNREADABLE, own } = require("../shape");
const {
  AT_ANSWER,
  AT_ANSWER_RAW,
  AT_SAVE,
  now,
  optionsOf,
  plainData,
  refuse,
  text,
  texts,
} = require("./options");

const { defineProperty, hasOwn } = Object;

const SPENT = failure("challenge-expired", "The challenge has been answered already", {
  hint: "Go on with what the answer gave, or start the sign-in again.",
});

/** What util.inspect, and console.log with it, calls. */
const INSPECT = Symbol.for("nodejs.util.inspect.custom");

/**
 * @template {object} Target
 * @param {Target} target
 * @param {string | symbol} name
 * @param {unknown} value
 * @returns {Target}
 */
const hide = (target, name, value) =>
  defineProperty(target, name, {
    __proto__: null,
    value,
    writable: true,
    enumerable: false,
    configurable: true,
  });

/**
 * The object, which shows none of these members in logs.
 *
 * @template {object} Target
 * @param {Target} target
 * @param {readonly string[]} secrets
 * @returns {Target}
 */
function redacted(target, secrets) {
  /** @type {(depth: number, options: object, inspect: (value: unknown, options: object) => string) => unknown} */
  const shown = (_depth, options, inspect) => {
    /** @type {any} */
    const copy = { ...target };
    for (const name of secrets) {
      if (hasOwn(copy, name)) copy[name] = "[hidden]";
    }
    return typeof inspect === "function" ? inspect(copy, options) : copy;
  };
  return hide(target, INSPECT, shown);
}

/**
 * The tokens of a flow's answer.
 *
 * @param {unknown} answer
 */
function tokensFrom(answer) {
  const tokens = {
    signedIn: true,
    idToken: own(answer, "IdToken"),
    accessToken: own(answer, "AccessToken"),
    refreshToken: own(answer, "RefreshToken"),
    expiresAt: own(answer, "ExpiresAt"),
  };
  const key = own(answer, "DeviceKey");
  const device = { key, groupKey: own(answer, "DeviceGroupKey") };
  return redacted(key === undefined ? tokens : { ...tokens, device }, [
    "idToken",
    "accessToken",
    "refreshToken",
  ]);
}

/**
 * The tokens or the challenge of a flow's answer.
 *
 * @param {unknown} answer
 * @param {HandleFor} handleFor
 */
function stepFrom(answer, handleFor) {
  const shown = own(answer, "Shown");
  if (shown === undefined) return tokensFrom(answer);
  return challengeFrom(shown, own(answer, "Kept"), handleFor) ?? UNREADABLE;
}

/**
 * A challenge that was saved.
 *
 * @param {HandleFor} handleFor
 * @param {unknown} state
 * @param {string | undefined} binding
 * @returns {object}
 */
function opened(handleFor, state, binding) {
  // A longer text is no challenge, and handing it on would copy it.
  const sealed = typeof state === "string" && state.length <= ARGUMENT_CHARACTERS ? state : "";
  const time = now();
  const handle = handleFor();
  const open = textOrRefusal(() => native.resumeChallenge(handle, sealed, binding, time));
  const parts = read(open);
  return /** @type {object} */ (
    challengeFrom(own(parts, "shown"), own(parts, "kept"), () => handle)
  );
}

/**
 * @param {() => unknown} call
 * @returns {string}
 */
function textOrRefusal(call) {
  const result = attempt(call);
  if (typeof result !== "string") throw new Refusal(failureOf(result));
  return result;
}

/**
 * A challenge from two JSON texts: what it shows, and what its answer needs. Undefined if it cannot be read.
 *
 * @param {unknown} shown
 * @param {string} kept
 * @param {HandleFor} handleFor
 * @returns {object | undefined}
 */
function challengeFrom(shown, kept, handleFor) {
  const challenge = read(shown);
  if (typeof challenge !== "object" || challenge === null) return undefined;
  const totp = own(challenge, "totp");
  if (totp !== undefined) redacted(totp, ["secret", "uri"]);
  let isAnswered = false;

  /** @type {(request: import("../internal").Members, operation: string, options: any) => Later<any>} */
  const send = (request, operation, { signal, visitor, clientMetadata }) => {
    if (isAnswered) throw new Refusal(SPENT);
    const members = {
      ...request,
      Kept: kept,
      ClientMetadata: clientMetadata,
      Visitor: visitor,
      Now: now(),
    };
    // Before a signal or a subscriber to events is called: either may answer, too.
    isAnswered = true;
    try {
      return invoke("flow/challenge", members, {
        operation,
        handleFor,
        signal,
        read: (answer) => stepFrom(answer, handleFor),
        refused: (failed) => {
          // The native side knows whether anything of the answer took effect.
          isAnswered = own(failed, "open") !== true;
          return failed;
        },
      });
    } catch (thrown) {
      // Nothing was sent.
      isAnswered = false;
      throw thrown;
    }
  };

  /** @type {(value: unknown, options?: unknown) => Promise<any>} */
  const answer = async (value, options = undefined) =>
    exposed(answer, () => {
      const given = optionsOf(options, AT_ANSWER);
      const { password, attributes, allow, email } = given;
      const request = {
        Answer: answerOf(value),
        Options: { password, attributes, allow, email },
      };
      return send(request, "answer", given);
    });
  /** @type {(responses: unknown, options?: unknown) => Promise<any>} */
  const answerRaw = async (responses, options = undefined) =>
    exposed(answerRaw, () => {
      const given = optionsOf(options, AT_ANSWER_RAW);
      return send({ Responses: texts(responses, "responses") }, "answerRaw", given);
    });
  /** @type {(options?: unknown) => string} */
  const save = (options = undefined) =>
    exposed(save, () => {
      const { binding } = optionsOf(options, AT_SAVE);
      const handle = handleFor();
      return textOrRefusal(() => native.saveChallenge(handle, kept, binding));
    });
  hide(challenge, "answer", answer);
  hide(challenge, "answerRaw", answerRaw);
  return hide(challenge, "save", save);
}

/**
 * A text, or what a browser made of a passkey.
 *
 * @param {unknown} value
 */
function answerOf(value) {
  if (typeof value !== "object" || value === null) return text(value, "The answer");
  const credential = plainData(value, "The answer");
  if (credential === undefined || Array.isArray(credential)) {
    return refuse("The answer must be a string, or a plain object of a passkey");
  }
  return credential;
}

module.exports = { challengeFrom, opened, redacted, stepFrom, tokensFrom };
