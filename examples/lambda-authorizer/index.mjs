// A Lambda authorizer for the REST, HTTP and WebSocket APIs of API Gateway and for AppSync. It lets a request through only if it
// brings an ID token of the configured user pool and app client.

import { createAuth } from "cognito-auth-native";

// Once for each execution environment, and before the first request: the keys are fetched while it starts.
const auth = createAuth();
try {
  await auth.ready();
} catch (error) {
  // Without keys for now, requests try again. A wrong setting is to fail the deployment, not the requests.
  if (error.reason !== "keys-unavailable") throw error;
}

export const handler = auth.lambdaAuthorizer({
  // For the log alone: the caller learns that it was refused, and not why.
  onRefused({ reason, error }) {
    console.warn(JSON.stringify({ refused: reason, hint: error?.hint }));
  },
});
