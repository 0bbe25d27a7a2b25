"use strict";

const { createApp } = require("./app");

const app = createApp({
  sendMessage: (phoneNumber, text) => console.log(`SMS to ${phoneNumber}: ${text}`),
});

const server = app.listen(Number(process.env.PORT ?? 3000), "127.0.0.1", (error) => {
  if (error) {
    console.error(`Cannot listen: ${error.message}`);
    process.exitCode = 1;
    return;
  }
  console.log(`Listening on http://127.0.0.1:${server.address().port}`);
});

for (const signal of ["SIGINT", "SIGTERM"]) {
  process.once(signal, () => {
    server.close();
    server.closeAllConnections();
  });
}
