// pino: a line of JSON for each event.

import { subscribe, tracingChannel } from "node:diagnostics_channel";
import pino from "pino";

const logger = pino({ name: "cognito-auth-native" });

tracingChannel("cognito-auth-native:call").subscribe({
  asyncEnd(event) {
    if (event.reason === undefined) logger.info({ ...event }, "call");
    else logger.warn({ ...event }, "call failed");
  },
});

subscribe("cognito-auth-native:keys", (event) => {
  if (event.outcome === "fetched") logger.info({ ...event }, "keys");
  else logger.error({ ...event }, "keys could not be fetched");
});

subscribe("cognito-auth-native:refused", (event) => logger.info({ ...event }, "token refused"));
