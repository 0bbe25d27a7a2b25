"use strict";

// The three functions that call Cognito.

const native = require("../binding.js");
const { argumentFailure } = require("./arguments");
const { placeOf, throwIf } = require("./errors");
const { settle } = require("./outcomes");

/** The functions over a native handle, which `handleFor` gives for the function that is being called. */
function userFunctions(handleFor) {
  const createCognitoUser = async (username, password, email, phoneNumber) => {
    throwIf(
      argumentFailure(
        [
          ["Username", username],
          ["Password", password],
        ],
        [
          ["Username", username],
          ["Password", password],
          ["UserAttributes[0].Value", email],
          ["UserAttributes[1].Value", phoneNumber],
        ],
      ),
      createCognitoUser,
    );
    const handle = handleFor(createCognitoUser);
    const place = placeOf(createCognitoUser);
    await settle(native.createUser(handle, username, password, email, phoneNumber), place);
    return { username, email, phoneNumber };
  };

  const login = async (username, password) => {
    throwIf(
      argumentFailure(
        [],
        [
          ["AuthParameters['USERNAME']", username],
          ["AuthParameters['PASSWORD']", password],
        ],
      ),
      login,
    );
    const handle = handleFor(login);
    return settle(native.login(handle, username, password), placeOf(login));
  };

  const fetchUserByUsername = async (username) => {
    throwIf(
      argumentFailure([["Username", username]], [["Username", username]]),
      fetchUserByUsername,
    );
    const handle = handleFor(fetchUserByUsername);
    const place = placeOf(fetchUserByUsername);
    const phoneNumber = await settle(native.phoneNumber(handle, username), place);
    return { username, phoneNumber };
  };

  return { createCognitoUser, login, fetchUserByUsername };
}

module.exports = { userFunctions };
