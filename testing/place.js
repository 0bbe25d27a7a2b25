"use strict";

// Where a test pool does not start: its tokens look like real ones, and everybody who can reach it signs in as any user.

/** Variables that are set where applications run for their users, and the place that sets them. */
const PLACES = {
  AWS_LAMBDA_FUNCTION_NAME: "AWS Lambda",
  AWS_EXECUTION_ENV: "an AWS service",
  ECS_CONTAINER_METADATA_URI_V4: "Amazon ECS",
  KUBERNETES_SERVICE_HOST: "Kubernetes",
};

const CONSENT = "I know";

/** Throws where applications run for their users, unless the option says that this is meant. No variable can say so. */
function checkPlace({ inProduction }, env = process.env) {
  if (inProduction === CONSENT) return;
  const cure = `Tests that run there pass the option inProduction: "${CONSENT}".`;
  if (env.NODE_ENV === "production") {
    throw new Error(`createTestPool: NODE_ENV is "production". A test pool is for tests. ${cure}`);
  }
  for (const [name, place] of Object.entries(PLACES)) {
    if (env[name]) {
      throw new Error(
        `createTestPool: ${name} is set, as in ${place}. A test pool is for tests. ${cure}`,
      );
    }
  }
}

module.exports = { CONSENT, checkPlace };
