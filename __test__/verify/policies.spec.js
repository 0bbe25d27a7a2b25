"use strict";

// Policies of single calls, of which an application may make a new one for each: they share the Auth's pool, and nothing of
// them stays but the last few.

const { createAuth } = require("../..");
const { evaluate } = require("../support/child.js");
const { useEnvironment } = require("../support/environment.js");
const { startJwksServer } = require("../../tools/testing/jwks-server.js");
const { refusal } = require("../../tools/outcomes.js");
const {
  CLIENT,
  POOL,
  idClaims,
  jwk,
  jwks,
  rsaPair,
  sign,
} = require("../../tools/testing/tokens.js");

let restoreEnvironment;
beforeAll(() => {
  restoreEnvironment = useEnvironment();
});
afterAll(() => restoreEnvironment());

const MEGABYTE = 1024 * 1024;
/** What 100,000 policies may leave. A single kilobyte of each would be three times as much. */
const MOST_LEFT = 32 * MEGABYTE;

test("100,000 different policies leave no memory behind", async () => {
  const options = { userPoolId: POOL, clientId: CLIENT, keys: { jwks: jwks(jwk(rsaPair())) } };
  const token = sign({ payload: idClaims({ "cognito:groups": ["admins"] }) });
  const source = `
    const { createAuth } = require("./index.js");
    require("node:v8").setFlagsFromString("--expose-gc");
    const gc = require("node:vm").runInNewContext("gc");
    const auth = createAuth(${JSON.stringify(options)});
    const token = ${JSON.stringify(token)};
    const turn = () => new Promise(setImmediate);
    let serial = 0;
    const reasons = {};
    /** Most of them for what is no token, because verifying one takes longer than all the rest. */
    async function use(count) {
      for (let call = 0; call < count; call++) {
        serial += 1;
        const groups = [serial % 200 === 0 ? "admins" : "users", "group " + serial];
        const text = serial % 100 === 0 ? token : "no token";
        let reason = "verified";
        try { await auth.verify(text, { groups }); } catch (error) { reason = error.reason; }
        reasons[reason] = (reasons[reason] ?? 0) + 1;
        if (call % 1_000 === 0) await turn();
      }
      for (let again = 0; again < 3; again++) { gc(); await turn(); }
      // What V8's heap takes from the system, it keeps.
      const { rss, heapTotal } = process.memoryUsage();
      return rss - heapTotal;
    }
    (async () => {
      const before = await use(60_000);
      const after = await use(100_000);
      console.log(JSON.stringify({ left: after - before, reasons }));
    })();
  `;
  const { left, reasons } = await evaluate(source, { seconds: 120 });
  expect(reasons).toEqual({ "token-malformed": 158_400, verified: 800, "token-groups": 800 });
  expect(left).toBeLessThan(MOST_LEFT);
}, 120_000);

test("policies share one fetch of the keys, and each is its own", async () => {
  const server = await startJwksServer(jwk(rsaPair()));
  const auth = createAuth({
    userPoolId: POOL,
    clientId: "other",
    jwksUri: server.url,
    verify: { groups: "admins" },
  });
  const token = sign({ payload: idClaims({ "cognito:groups": ["users"] }) });
  const policies = [
    [undefined, "token-client"],
    [{ clientId: CLIENT }, "token-groups"],
    [{ clientId: CLIENT, groups: "users" }, undefined],
    [{ clientId: CLIENT, groups: "users", use: "access" }, "token-use"],
    [{ clientId: CLIENT, groups: ["users", "admins"], clockTolerance: 600 }, undefined],
  ];
  for (let round = 0; round < 3; round++) {
    const verdicts = policies.map(async ([policy, reason]) => {
      const call = policy === undefined ? auth.verify(token) : auth.verify(token, policy);
      if (reason === undefined) expect(await call).toMatchObject({ aud: CLIENT });
      else expect(await refusal(call)).toMatchObject({ reason });
    });
    await Promise.all(verdicts);
  }
  expect(server.requests).toHaveLength(1);
  await server.stop();
});

test("a policy that cannot be used is refused by its own calls alone", async () => {
  const auth = createAuth({
    userPoolId: POOL,
    clientId: CLIENT,
    keys: { jwks: jwks(jwk(rsaPair())) },
  });
  for (const policy of [{ use: "refresh" }, { scopes: "a b" }]) {
    expect(await refusal(auth.verify(sign(), policy))).toMatchObject({ reason: "config" });
    expect(await auth.verify(sign())).toMatchObject({ aud: CLIENT });
  }
});
