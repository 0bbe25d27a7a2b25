// A Lambda authorizer for API Gateway: REST APIs (TOKEN and REQUEST) and HTTP APIs (payload format 2.0 with simple
// responses). It lets a request through only if it brings an ID token of the configured user pool and app client.

import { AuthError, createAuth } from "cognito-auth-native";

// Once for each execution environment, and before the first request: the keys are fetched while it starts.
const auth = createAuth();
try {
  await auth.ready();
} catch (error) {
  // Without keys for now, requests try again. A wrong setting is to fail the deployment, not the requests.
  if (error.reason !== "keys-unavailable") throw error;
}

export async function handler(event) {
  const isHttpApi = event.version === "2.0";
  try {
    const claims = await auth.verifyToken(tokenOf(event));
    const context = { sub: claims.sub, username: claims["cognito:username"] };
    return isHttpApi ? { isAuthorized: true, context } : policyOf(event, "Allow", context);
  } catch (error) {
    // For the log alone: the caller learns that it was refused, and not why.
    console.warn(JSON.stringify({ refused: error.reason ?? error.name, hint: error.hint }));
    // 500: an outage or a defect says nothing about the token, and must not be kept as an answer about it.
    if (!AuthError.is(error) || error.status >= 500) throw new Error("Authorizer failed");
    if (isHttpApi) return { isAuthorized: false };
    if (error.status === 403) return policyOf(event, "Deny");
    // 401: API Gateway knows it by this very message.
    throw new Error("Unauthorized");
  }
}

/** What the header Authorization carries, with or without "Bearer " in front of it. */
function tokenOf({ authorizationToken, headers }) {
  const isAuthorization = ([name]) => name.toLowerCase() === "authorization";
  const value = authorizationToken ?? Object.entries(headers ?? {}).find(isAuthorization)?.[1];
  return value?.replace(/^Bearer +/i, "");
}

/** For the whole stage: API Gateway keeps a policy for the token, and uses it for other methods too. */
function policyOf({ methodArn }, effect, context = {}) {
  const [api, stage] = methodArn.split("/");
  return {
    principalId: context.sub ?? "nobody",
    policyDocument: {
      Version: "2012-10-17",
      Statement: [{ Action: "execute-api:Invoke", Effect: effect, Resource: `${api}/${stage}/*` }],
    },
    context,
  };
}
