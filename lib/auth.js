"use strict";

// One user pool: the four functions over a native handle.

const native = require("../binding.js");
const { argumentFailure, tokenFailure } = require("./arguments");
const { errorAt, errorFrom, placeOf } = require("./errors");

/** Opens a native handle. Throws an AuthError whose stack begins below `caller`. */
function openHandle(settings, caller) {
  const opened = native.open(JSON.stringify(settings));
  if (opened.failure !== undefined) throw errorFrom(JSON.parse(opened.failure), caller);
  return opened;
}

/** The value of an outcome that comes later; its failure becomes an error with the stack of `caller`. */
async function settle(pending, place) {
  const outcome = JSON.parse(await pending);
  if (outcome.failure !== undefined) throw errorAt(outcome.failure, place);
  return outcome.value;
}

function throwIf(failure, caller) {
  if (failure !== undefined) throw errorFrom(failure, caller);
}

/** The functions of one Auth. `handleFor` gives the native handle for the function that it is given. */
function functionsOver(handleFor) {
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
    const phoneNumber = await settle(
      native.phoneNumber(handle, username),
      placeOf(fetchUserByUsername),
    );
    return { username, phoneNumber };
  };

  return { createCognitoUser, login, fetchUserByUsername };
}

/** Verifies a token: at once if the keys are there, after fetching them if not. */
async function verifyWith(handle, token, caller) {
  throwIf(tokenFailure(token), caller);
  const result = native.verify(handle, token, Date.now(), false);
  if (result === null) return verifyAfterFetch(handle, token, placeOf(caller));
  if (typeof result === "string") return JSON.parse(result);
  throw errorFrom(JSON.parse(result.failure), caller);
}

async function verifyAfterFetch(handle, token, place) {
  await settle(native.loadKeys(handle, token), place);
  const result = native.verify(handle, token, Date.now(), true);
  if (typeof result === "string") return JSON.parse(result);
  throw errorAt(JSON.parse(result.failure), place);
}

/** Fetches the keys unless they are there. */
async function loadKeys(handle, caller) {
  await settle(native.loadKeys(handle, undefined), placeOf(caller));
}

module.exports = { functionsOver, loadKeys, openHandle, verifyWith };
