"use strict";

const check = require("./check.cjs");

check(require("cognito-auth-native")).then((result) => console.log(JSON.stringify(result)));
