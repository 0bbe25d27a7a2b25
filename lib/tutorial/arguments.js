"use strict";

// The replaced SDK's checks of a request's parameters, in its words and its order. A value is never shown.

/** @import { Argument, Failure } from "../internal" */

const { failure } = require("../errors/failure");
const { ARGUMENT_CHARACTERS } = require("../generated/limits");

/**
 * @param {string} name
 * @param {string} message
 * @returns {Failure}
 */
const invalidArgument = (name, message) => failure("invalid-argument", message, { name });

/** @param {unknown} value */
const isMissing = (value) => value === undefined || value === null;

/**
 * The failure of a request's parameters, or undefined.
 *
 * `required` and `texts` are lists of `{ name, value }`, with the name in the message.
 *
 * @param {ReadonlyArray<Argument>} required
 * @param {ReadonlyArray<Argument>} texts
 * @returns {Failure | undefined}
 */
function argumentFailure(required, texts) {
  const failures = [
    ...required.filter(({ value }) => isMissing(value)).map(missing),
    ...texts.filter(({ value }) => !isMissing(value)).map(wrong),
  ].filter((problem) => problem !== undefined);
  if (failures.length === 0) return undefined;
  if (failures.length === 1) return failures[0];
  const lines = failures.map(({ name, message }) => `${name}: ${message}`).join("\n* ");
  return {
    ...invalidArgument(
      "MultipleValidationErrors",
      `There were ${failures.length} validation errors:\n* ${lines}`,
    ),
    failures,
  };
}

/** @param {Argument} argument */
const missing = ({ name }) =>
  invalidArgument("MissingRequiredParameter", `Missing required key '${name}' in params`);

/** @param {Argument} argument */
function wrong({ name, value }) {
  const problem = textProblem(value);
  if (problem === undefined) return undefined;
  return invalidArgument("InvalidParameterType", `Expected params.${name} to be ${problem}`);
}

/** @param {unknown} value */
function textProblem(value) {
  if (typeof value !== "string") return "a string";
  if (value.length > ARGUMENT_CHARACTERS) {
    return `a string of at most ${ARGUMENT_CHARACTERS} characters`;
  }
  if (!value.isWellFormed()) return "a string without lone surrogates";
  return undefined;
}

module.exports = { argumentFailure };
