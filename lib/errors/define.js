"use strict";

/**
 * The descriptor has no prototype: a `get` on Object.prototype would make it invalid.
 *
 * @param {object} target
 * @param {string} name
 * @param {unknown} value
 * @param {boolean} enumerable
 */
function define(target, name, value, enumerable) {
  Object.defineProperty(target, name, {
    __proto__: null,
    value,
    writable: true,
    enumerable,
    configurable: true,
  });
}

module.exports = { define };
