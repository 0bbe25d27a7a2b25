"use strict";

// The three functions that call Cognito.

/** @import { HandleFor, Members } from "../internal" */

const { attributeOf } = require("../answers");
const { argumentFailure } = require("./arguments");
const { signalOf } = require("../settings/call-options");
const { Refusal, failure, refuseIf } = require("../errors/failure");
const { exposed } = require("../exposed");
const { timeNow } = require("../host/clock");
const { invoke } = require("../invoke");
const { own } = require("../shape");
const { withChallenge } = require("../sign-in");
const { oneHandle } = require("../sign-in/one-handle");

const PHONE_MISSING = failure("phone-missing", "The user has no phone number", {
  hint: "the user's attribute phone_number is not set, or the app client may not read it",
});

/**
 * The functions over the native handle that `handleFor` gives.
 *
 * @param {HandleFor} handleFor
 */
function userFunctions(handleFor) {
  // A parameter with a default does not count in a function's length, which is the original's.
  /** @type {typeof import("../../types/tutorial").createCognitoUser} */
  const createCognitoUser = async (username, password, email, phoneNumber, options = undefined) => {
    await exposed(createCognitoUser, () => {
      const failed = argumentFailure(
        [
          { name: "Username", value: username },
          { name: "Password", value: password },
        ],
        [
          { name: "Username", value: username },
          { name: "Password", value: password },
          { name: "UserAttributes[0].Value", value: email },
          { name: "UserAttributes[1].Value", value: phoneNumber },
        ],
      );
      refuseIf(failed);
      const request = {
        Username: username,
        Password: password,
        UserAttributes: attributes({ email, phone_number: phoneNumber }),
      };
      return invoke("flow/registration", request, {
        operation: "createCognitoUser",
        handleFor,
        signal: signalOf(options),
        read: nothing,
      });
    });
    return { username, email, phoneNumber };
  };

  /** @type {typeof import("../../types/tutorial").login} */
  const login = async (username, password, options = undefined) =>
    exposed(login, () => {
      const failed = argumentFailure(
        [],
        [
          { name: "AuthParameters['USERNAME']", value: username },
          { name: "AuthParameters['PASSWORD']", value: password },
        ],
      );
      refuseIf(failed);
      const time = timeNow();
      const request = {
        Username: username,
        Password: password,
        Now: Number.isNaN(time) ? undefined : Math.trunc(time),
      };
      const sameHandle = oneHandle(handleFor);
      return invoke("flow/login", request, {
        operation: "login",
        handleFor: sameHandle,
        signal: signalOf(options),
        read: (answer) => own(answer, "IdToken"),
        refused: (failed) => withChallenge(failed, sameHandle),
      });
    });

  /** @type {typeof import("../../types/tutorial").fetchUserByUsername} */
  const fetchUserByUsername = async (username, options = undefined) => {
    const phoneNumber = await exposed(fetchUserByUsername, () => {
      const parameter = { name: "Username", value: username };
      refuseIf(argumentFailure([parameter], [parameter]));
      const request = { Username: username };
      return invoke("AdminGetUser", request, {
        operation: "fetchUserByUsername",
        handleFor,
        signal: signalOf(options),
        read: (answer) => attributeOf(answer, "phone_number") ?? new Refusal(PHONE_MISSING),
      });
    });
    return { username, phoneNumber };
  };

  return { createCognitoUser, login, fetchUserByUsername };
}

const nothing = () => undefined;

/**
 * The attributes that have a value, as the API has them.
 *
 * @param {Members} values
 */
const attributes = (values) =>
  Object.entries(values)
    .filter(({ 1: value }) => value !== undefined && value !== null)
    .map(({ 0: name, 1: value }) => ({ Name: name, Value: value }));

module.exports = { userFunctions };
