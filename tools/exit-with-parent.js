"use strict";

// Preloaded (`node --require`) into a child process, so that not even a parent that is killed leaves it behind.

const cluster = require("node:cluster");

// Its own workers are given this file too, and end with it anyway: they need the channel from their first moment on.
if (cluster.isPrimary) {
  process.once("disconnect", () => process.exit());
  // A channel that is listened to would keep alive a process that has nothing else to do.
  process.channel.unref();
}
