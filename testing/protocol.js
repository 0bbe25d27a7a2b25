"use strict";

// Cognito's protocol: POST /, the operation in X-Amz-Target, JSON both ways. Errors have their type in a header and in the body.
// https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html

const AMZ_JSON = "application/x-amz-json-1.1";
const SERVICE = "AWSCognitoIdentityProviderService.";
/** Longer messages are in the body alone: an answer's headers have bounds in every client. */
const MOST_IN_A_HEADER = 4096;

/** The operation that a request's headers name, undefined for none. */
function operationOf({ "x-amz-target": target }) {
  return target?.startsWith(SERVICE) ? target.slice(SERVICE.length) : undefined;
}

/** Headers have no other characters. */
const isForHeader = (text) => text.length <= MOST_IN_A_HEADER && /^[\x20-\x7e]*$/.test(text);

/** The headers and the body of an error. Some errors have no message. */
const errorOf = (type, message) => ({
  headers: {
    "x-amzn-errortype": `${type}:`,
    ...(message !== undefined && isForHeader(message) && { "x-amzn-errormessage": message }),
  },
  body: { __type: type, message },
});

/** Where a pool's documents stand: below its issuer, and below every endpoint that plays Cognito. */
const keysPath = (poolId) => `/${poolId}/.well-known/jwks.json`;
const discoveryPath = (poolId) => `/${poolId}/.well-known/openid-configuration`;

/** What a request gets instead of an answer, by name. */
const BREAKS = {
  reset: (response) => response.socket.resetAndDestroy(),
  hang: () => {},
  cut: (response) => {
    response.writeHead(200, { "content-type": AMZ_JSON, "content-length": "4096" });
    response.write('{"', () => response.socket?.destroy());
  },
};

module.exports = { AMZ_JSON, BREAKS, discoveryPath, errorOf, keysPath, operationOf };
