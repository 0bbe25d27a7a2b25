"use strict";

// The three functions that call Cognito.

const { Refusal, attributeOf } = require("../answers");
const { argumentFailure } = require("./arguments");
const { signalOf } = require("../settings/call-options");
const { throwIf } = require("../errors/auth-error");
const { invoke } = require("../invoke");
const { own } = require("../shape");

const PHONE_MISSING = {
  reason: "phone-missing",
  status: 400,
  name: "PhoneNumberMissingError",
  message: "The user has no phone number",
  hint: "the user's attribute phone_number is not set, or the app client may not read it",
};

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
    const request = {
      Username: username,
      Password: password,
      UserAttributes: attributes({ email, phone_number: phoneNumber }),
    };
    await invoke("flow/registration", request, {
      operation: "createCognitoUser",
      handleFor,
      signal: signalOf(options, createCognitoUser),
      caller: createCognitoUser,
      read: nothing,
    });
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
    return invoke(
      "flow/login",
      { Username: username, Password: password },
      {
        operation: "login",
        handleFor,
        signal: signalOf(options, login),
        caller: login,
        read: (answer) => own(answer, "IdToken"),
      },
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
    const phoneNumber = await invoke(
      "AdminGetUser",
      { Username: username },
      {
        operation: "fetchUserByUsername",
        handleFor,
        signal: signalOf(options, fetchUserByUsername),
        caller: fetchUserByUsername,
        read: (answer) => attributeOf(answer, "phone_number") ?? new Refusal(PHONE_MISSING),
      },
    );
    return { username, phoneNumber };
  };

  return { createCognitoUser, login, fetchUserByUsername };
}

const nothing = () => undefined;

/** The attributes that have a value, as the API has them. */
const attributes = (values) =>
  Object.entries(values)
    .filter(({ 1: value }) => value !== undefined && value !== null)
    .map(({ 0: name, 1: value }) => ({ Name: name, Value: value }));

module.exports = { userFunctions };
