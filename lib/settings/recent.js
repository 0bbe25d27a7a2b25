"use strict";

// What is made of options that come again: the latest ones are kept.

const { POLICIES } = require("../generated/limits");

/**
 * The value of a key; made if there is none, in the place of the oldest one if there are many.
 *
 * @template Value
 * @param {Map<string | undefined, Value>} values
 * @param {string | undefined} key
 * @param {() => Value} make
 * @returns {Value}
 */
function recent(values, key, make) {
  const known = values.get(key);
  if (known !== undefined) return known;
  const made = make();
  if (values.size >= POLICIES) values.delete(values.keys().next().value);
  values.set(key, made);
  return made;
}

module.exports = { recent };
