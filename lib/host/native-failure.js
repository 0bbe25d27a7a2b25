"use strict";

// Why there is no addon, in words. Loading this package throws these errors.

/**
 * The addon of a platform's package could not be loaded, because of `error`.
 *
 * @param {string} platform
 * @param {string} version
 * @param {unknown} error
 */
function notLoaded(platform, version, error) {
  return failure(whyNot(platform, version, /** @type {Error} */ (error)), error);
}

/**
 * @param {string} platform
 * @param {string} version
 * @param {{ code?: unknown, message?: unknown }} error
 */
function whyNot(platform, version, { code, message }) {
  const name = `cognito-auth-native-${platform}`;
  if (code !== "MODULE_NOT_FOUND") {
    return `the addon of the package ${name} cannot be loaded: ${message}`;
  }
  return (
    `the package ${name} is not installed. It is an optional dependency: run "npm install" on this platform, ` +
    "without --omit=optional or --no-optional; if a lock file that was made on another platform leaves it out, " +
    `remove node_modules and that file first, or run "npm install ${name}@${version}"`
  );
}

/** @param {string} platform */
function noPackage(platform) {
  return failure(
    `there is no prebuilt package for ${platform}. Supported are Linux (glibc 2.17 or musl), macOS and Windows, ` +
      "each on x64 and arm64; for others, build it from source",
  );
}

/**
 * The addon is of another version than JavaScript.
 *
 * @param {string} platform
 * @param {string} version
 * @param {string} found
 */
function otherVersion(platform, version, found) {
  return failure(
    `this is version ${version}, and its addon for ${platform} is version ${found}: remove node_modules and install again`,
  );
}

/**
 * @param {string} message
 * @param {unknown} [cause]
 */
function failure(message, cause) {
  return new Error(`cognito-auth-native: ${message}`, { cause });
}

module.exports = { noPackage, notLoaded, otherVersion };
