"use strict";

// Preloaded (`node --require`) into a child process, so that not even a parent that is killed leaves it behind.

process.once("disconnect", () => process.exit());
// A channel that is listened to would keep alive a process that has nothing else to do.
process.channel.unref();
