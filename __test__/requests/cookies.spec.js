"use strict";

// Cookies that come twice, in both orders, and cookies behind a load balancer.

const { CLIENT, idClaims, sign } = require("../../tools/testing/tokens.js");
const { TOKENS, makeAuth } = require("./support.js");

const auth = makeAuth();
const { GOOD } = TOKENS;
const OTHER = sign({ payload: idClaims({ sub: "another" }) });
const verdictOn = async (request, options) => {
  const who = await auth.authenticate({ method: "GET", ...request }, options);
  return who.ok ? who.source : who.reason;
};

describe("cookies that come twice", () => {
  const amplify = (user, token) =>
    `CognitoIdentityServiceProvider.${CLIENT}.${user}.idToken=${token}`;
  const last = (user) => `CognitoIdentityServiceProvider.${CLIENT}.LastAuthUser=${user}`;
  const USERS = [amplify("a", GOOD), amplify("b", OTHER)];
  const NAMED = { cookie: "id" };
  const AMPLIFY = { cookie: { amplify: "id" } };

  const TWICE = [
    ["one that the application names", [`id=${GOOD}`, `id=${OTHER}`], NAMED],
    ["the same", [`id=${GOOD}`, `id=${GOOD}`], NAMED],
    ["an empty one", ["id=", `id=${GOOD}`], NAMED],
    ["an empty one in quotation marks", ['id=""', `id=${GOOD}`], NAMED],
    ["two empty ones", ["id=", "id="], NAMED],
    ["a token of Amplify's", [amplify("a", GOOD), amplify("a", OTHER)], AMPLIFY],
    ["an empty token of Amplify's", [amplify("a", ""), amplify("a", GOOD)], AMPLIFY],
    ["of a user in two spellings", [amplify("a@b", GOOD), amplify("a%40b", OTHER)], AMPLIFY],
    ["the last user", [last("a"), last("b"), ...USERS], AMPLIFY],
    ["the last user, the same", [last("a"), last("a"), ...USERS], AMPLIFY],
    ["the last user, once empty", [last(""), last("a"), ...USERS], AMPLIFY],
    ["the last user, once unknown", [last("a"), last("c"), ...USERS], AMPLIFY],
  ];
  test.each(TWICE)("%s: ambiguous, in both orders", async (_name, cookies, options) => {
    for (const list of [cookies, cookies.toReversed()]) {
      expect(await verdictOn({ headers: { cookie: list.join("; ") } }, options)).toBe(
        "token-ambiguous",
      );
      const optional = { ...options, optional: true };
      expect(await verdictOn({ headers: {}, cookies: list }, optional)).toBe("token-ambiguous");
    }
  });

  test.each([
    ["the last user, where only one has a token", [last("a"), last("b"), USERS[0]], "cookie"],
    ["the last user, where nobody has a token", [last("a"), last("b")], "token-missing"],
    ["another user's token, that is empty", [amplify("a", GOOD), amplify("b", "")], "cookie"],
    ["another name", [amplify("a", GOOD), "id=x", "id=y"], "cookie"],
  ])("%s: it does not matter", async (_name, cookies, verdict) => {
    for (const list of [cookies, cookies.toReversed()]) {
      expect(await verdictOn({ headers: { cookie: list.join("; ") } }, AMPLIFY)).toBe(verdict);
    }
  });
});

test("headers alone are a request that changes something, unless its method is given", async () => {
  const headers = new Headers({ cookie: `id=${GOOD}`, "sec-fetch-site": "cross-site" });
  const ask = (request) => auth.authenticate(request, { cookie: "id" });
  expect((await ask(headers)).reason).toBe("cross-site");
  expect((await ask({ headers })).reason).toBe("cross-site");
  expect(await ask({ method: "GET", headers })).toMatchObject({ ok: true, source: "cookie" });
});

describe("behind an application load balancer", () => {
  const event = (origin, proto) => ({
    httpMethod: "POST",
    method: undefined,
    requestContext: { elb: { targetGroupArn: "arn" } },
    headers: {
      cookie: `id=${GOOD}`,
      host: "app.example.com",
      origin,
      "x-forwarded-proto": proto,
    },
  });
  test.each([
    ["http, own origin", "http://app.example.com", "http", "cookie"],
    ["http, another origin", "http://evil.example", "http", "cross-site"],
    ["https, own origin", "https://app.example.com", "https", "cookie"],
    ["https, own host by http", "http://app.example.com", "https", "cross-site"],
    ["unknown, own host by http", "http://app.example.com", undefined, "cross-site"],
    ["two values, own host by http", "http://app.example.com", ["http", "https"], "cross-site"],
  ])("%s", async (_name, origin, proto, verdict) => {
    expect(await verdictOn(event(origin, proto), { cookie: "id" })).toBe(verdict);
    const { headers, ...others } = event(origin, proto);
    const lists = Object.entries(headers).map(([name, value]) => [name, [value].flat()]);
    const multi = { ...others, multiValueHeaders: Object.fromEntries(lists) };
    expect(await verdictOn(multi, { cookie: "id" })).toBe(verdict);
  });

  test("what a client says of itself does not count elsewhere", async () => {
    const { requestContext: _, ...request } = event("http://app.example.com", "http");
    const apiGateway = { ...request, requestContext: {} };
    expect(await verdictOn(apiGateway, { cookie: "id" })).toBe("cross-site");
  });
});
