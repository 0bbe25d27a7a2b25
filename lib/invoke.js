"use strict";

// The one place that calls Cognito.

const native = require("./host/native");
const { throwIfAborted, unlessAborted } = require("./aborting");
const { failureIn } = require("./answers");
const { addRequest, traced } = require("./events");
const { traceId } = require("./settings/environment");
const { errorAt, placeOf } = require("./errors/auth-error");
const { write } = require("./host/json");
const { settle } = require("./outcomes");
const { own } = require("./shape");

/**
 * What `read` makes of Cognito's answer. `name` is an operation of its API or a flow, `request` has its members; those that are
 * undefined are left out. `handleFor` gives the native handle. Errors have the stack of the call of `caller`, which `signal`
 * may abort. `operation` is the name in events.
 */
async function invoke(name, request, { operation, handleFor, signal, caller, read }) {
  throwIfAborted(signal, caller);
  const handle = handleFor(caller);
  const place = placeOf(caller);
  const json = write(request);
  return traced(operation, (event) => {
    const readFrom = (answered) => {
      const origin = own(answered, "cognito");
      if (event !== undefined) addRequest(event, origin);
      const value = read(own(answered, "answer"));
      const failure = failureIn(value, origin);
      if (failure !== undefined) throw errorAt(failure, place);
      return value;
    };
    return unlessAborted(signal, place, (cancel) =>
      settle(() => native.invoke(handle, name, json, cancel, traceId()), place, readFrom),
    );
  });
}

module.exports = { invoke };
