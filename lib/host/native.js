"use strict";

// The native addon: the one that was built here, else the one of the platform's package.

/** @import { Native } from "../internal" */

const { Buffer } = require("node:buffer");
const fs = require("node:fs");
const path = require("node:path");
const { nativeFailure } = require("../lazy");

const { latin1Slice } = /** @type {any} */ (Buffer.prototype);

/** This package's version, which the addon must have too. */
const VERSION = "0.1.0";

/**
 * The addon of a platform's package. Bundlers and tracers need to see each name as it is, and that it may be missing.
 *
 * @param {string} platform
 * @returns {Native}
 */
function requirePackage(platform) {
  try {
    switch (platform) {
      case "darwin-arm64":
        return require("cognito-auth-native-darwin-arm64");
      case "darwin-x64":
        return require("cognito-auth-native-darwin-x64");
      case "linux-arm64-gnu":
        return require("cognito-auth-native-linux-arm64-gnu");
      case "linux-arm64-musl":
        return require("cognito-auth-native-linux-arm64-musl");
      case "linux-x64-gnu":
        return require("cognito-auth-native-linux-x64-gnu");
      case "linux-x64-musl":
        return require("cognito-auth-native-linux-x64-musl");
      case "win32-arm64-msvc":
        return require("cognito-auth-native-win32-arm64-msvc");
      case "win32-x64-msvc":
        return require("cognito-auth-native-win32-x64-msvc");
    }
  } catch (error) {
    throw nativeFailure().notLoaded(platform, VERSION, error);
  }
  throw nativeFailure().noPackage(platform);
}

/** Operating system, processor and, where a system may have one of several, C library or compiler. */
function platformName() {
  const { platform, arch } = process;
  if (platform === "linux") return `linux-${arch}-${isMusl() ? "musl" : "gnu"}`;
  return platform === "win32" ? `win32-${arch}-msvc` : `${platform}-${arch}`;
}

/** Which C library Node.js runs on. An addon for the other one may load, and fail later. */
function isMusl() {
  const bytes = new Uint8Array(2048);
  try {
    const file = fs.openSync(process.execPath, "r");
    fs.readSync(file, bytes);
    fs.closeSync(file);
  } catch {
    // Node.js may run without being allowed to read its own file.
  }
  // Node.js' own function in C++: spreading the bytes, or one in JavaScript, which is compiled first, takes longer than reading them.
  const beginning = latin1Slice.call(bytes, 0, bytes.length);
  // The interpreter's path stands behind the program headers, unless a tool has moved it.
  if (beginning.includes("/ld-musl-")) return true;
  if (beginning.includes("/ld-linux-")) return false;
  try {
    return /** @type {any} */ (process.report.getReport()).header.glibcVersionRuntime === undefined;
  } catch {
    // Other runtimes have no report, or ask for a permission. Far more systems have glibc.
    return false;
  }
}

function load() {
  const platform = platformName();
  const built = path.join(__dirname, "..", "..", `cognito-auth-native.${platform}.node`);
  /** @type {Native} */
  const native = fs.existsSync(built) ? require(built) : requirePackage(platform);
  if (native.VERSION !== VERSION) {
    throw nativeFailure().otherVersion(platform, VERSION, native.VERSION);
  }
  return native;
}

module.exports = load();
