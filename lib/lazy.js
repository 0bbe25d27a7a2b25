"use strict";

// What few processes need, loaded at its first use. In the published package these modules, and what only they require, stand in
// a file of their own: scripts/bundle.js finds them here, and in other files of this name.

module.exports = {
  nativeFailure: () => require("./host/native-failure"),
};
