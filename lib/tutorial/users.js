"use strict";

// The three functions that call Cognito.

const native = require("../host/native");
const { traced } = require("../events");
const { throwIfAborted, unlessAborted } = require("../aborting");
const { argumentFailure } = require("./arguments");
const { signalOf } = require("../settings/call-options");
const { traceId } = require("../settings/environment");
const { placeOf, throwIf } = require("../errors/auth-error");
const { settle } = require("../outcomes");

/** The functions over a native handle, which `handleFor` gives for the function that is being called. */
function userFunctions(handleFor) {
  // A parameter with a default does not count in a function's length, which is the original's.
  const createCognitoUser = async (username, password, email, phoneNumber, options = undefined) => {
    throwIf(
      argumentFailure(
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
      ),
      createCognitoUser,
    );
    const signal = signalOf(options, createCognitoUser);
    throwIfAborted(signal, createCognitoUser);
    const handle = handleFor(createCognitoUser);
    const place = placeOf(createCognitoUser);
    await traced("createCognitoUser", (event) =>
      unlessAborted(signal, place, (abort) =>
        settle(
          () => native.createUser(handle, username, password, email, phoneNumber, traceId(), abort),
          place,
          event,
        ),
      ),
    );
    return { username, email, phoneNumber };
  };

  const login = async (username, password, options = undefined) => {
    throwIf(
      argumentFailure(
        [],
        [
          { name: "AuthParameters['USERNAME']", value: username },
          { name: "AuthParameters['PASSWORD']", value: password },
        ],
      ),
      login,
    );
    const signal = signalOf(options, login);
    throwIfAborted(signal, login);
    const handle = handleFor(login);
    const place = placeOf(login);
    return traced("login", (event) =>
      unlessAborted(signal, place, (abort) =>
        settle(() => native.login(handle, username, password, traceId(), abort), place, event),
      ),
    );
  };

  const fetchUserByUsername = async (username, options = undefined) => {
    throwIf(
      argumentFailure(
        [{ name: "Username", value: username }],
        [{ name: "Username", value: username }],
      ),
      fetchUserByUsername,
    );
    const signal = signalOf(options, fetchUserByUsername);
    throwIfAborted(signal, fetchUserByUsername);
    const handle = handleFor(fetchUserByUsername);
    const place = placeOf(fetchUserByUsername);
    const phoneNumber = await traced("fetchUserByUsername", (event) =>
      unlessAborted(signal, place, (abort) =>
        settle(() => native.phoneNumber(handle, username, traceId(), abort), place, event),
      ),
    );
    return { username, phoneNumber };
  };

  return { createCognitoUser, login, fetchUserByUsername };
}

module.exports = { userFunctions };
