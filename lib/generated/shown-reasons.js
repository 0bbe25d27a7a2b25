"use strict";

// The reasons whose messages may be shown to the application's users, made by `npm run generate`: never edited by hand.

module.exports = ["invalid-argument", "password-policy", "rejected-by-trigger", "user-exists"];
