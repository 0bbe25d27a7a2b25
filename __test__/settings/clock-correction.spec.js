"use strict";

// A clock that is wrong: AWS refuses signatures that are more than five minutes off, and its answers tell the time.

const { createAuth } = require("../../index.js");
const { useEnvironment } = require("../support/environment.js");
const { refusal } = require("../../tools/outcomes.js");
const {
  CLIENT,
  POOL,
  failure,
  startServiceServer,
} = require("../../tools/testing/service-server.js");

const HOUR = 3_600_000;
const TOLERANCE = 300_000;

let service;
let restore;

beforeAll(async () => {
  service = await startServiceServer();
});
afterAll(() => service.stop());
beforeEach(() => {
  service.clear();
  restore = useEnvironment({
    AWS_REGION: "us-east-1",
    USER_POOL_ID: POOL,
    COGNITO_CLIENT_ID: CLIENT,
    AWS_ACCESS_KEY_ID: "AKIDEXAMPLE",
    AWS_SECRET_ACCESS_KEY: "x",
    AWS_ENDPOINT_URL: service.endpoint,
  });
});
afterEach(() => restore());

/** The time that a request was signed at. */
const signedAt = ({ headers }) =>
  Date.parse(headers["x-amz-date"].replace(/(....)(..)(..T..)(..)(..)Z/, "$1-$2-$3:$4:$5Z"));

/** The service's clock differs from ours by so many milliseconds. */
function serviceClock(ahead) {
  service.always("AdminInitiateAuth", (record, _response, well) => {
    const now = Date.now() + ahead;
    const headers = { date: new Date(now).toUTCString() };
    if (Math.abs(signedAt(record) - now) < TOLERANCE) return { ...well, headers };
    const message = `Signature ${ahead > 0 ? "expired" : "not yet current"}: x is not y (z)`;
    const refused = failure("InvalidSignatureException", message);
    return { ...refused, headers: { ...refused.headers, ...headers } };
  });
}

test.each([
  ["behind", HOUR],
  ["ahead", -HOUR],
])(
  "%s: the request is signed again with the service's time, which later ones start with",
  async (_title, ahead) => {
    serviceClock(ahead);
    const auth = createAuth();
    for (let call = 0; call < 3; call++) {
      expect(await auth.login("theseus", "p")).toBe("header.payload.sig");
    }
    expect(service.requests).toHaveLength(4);
  },
);

test("with one attempt there is none left to correct it: a hint names the clock", async () => {
  serviceClock(HOUR);
  const error = await refusal(createAuth({ maxAttempts: 1 }).login("theseus", "p"));
  expect(error).toMatchObject({ reason: "aws-credentials", status: 500 });
  expect(error.hint).toContain("clock");
});
