"use strict";

// A Cognito for the sign-ins of another process. It goes when that one does.

const { failure, startServiceServer } = require("../../tools/testing/service-server");

startServiceServer().then((server) => {
  server.always("AdminInitiateAuth", ({ body }, _response, well) => {
    server.requests.length = 0;
    return body.AuthParameters.USERNAME === "nobody"
      ? failure("UserNotFoundException", "User does not exist.")
      : well;
  });
  process.send(server.options);
});
process.once("disconnect", () => process.exit(0));
