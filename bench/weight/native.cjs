"use strict";

module.exports = require("cognito-auth-native");
