"use strict";

// As polluted-sign-in.spec.js, for accounts and administration: no option, attribute or parameter comes from Object.prototype, and
// what Cognito is sent stays the same.

const { playOnServer } = require("../support/polluted.js");

const ATTRIBUTES = Object.entries({
  sub: "s",
  email: "theseus@example.com",
  email_verified: "true",
}).map(([Name, Value]) => ({ Name, Value }));
const USER = { Username: "theseus", Enabled: true, UserStatus: "CONFIRMED", UserCreateDate: 5 };
const LISTED = { ...USER, Attributes: ATTRIBUTES };
const GOT = { ...USER, UserAttributes: ATTRIBUTES };
const GROUP = { GroupName: "heroes", Precedence: 1 };
const SENT = { Destination: "t***@e***", DeliveryMedium: "EMAIL", AttributeName: "email" };

const ANSWERS = {
  SignUp: { UserSub: "s", UserConfirmed: false, CodeDeliveryDetails: SENT },
  ForgotPassword: { CodeDeliveryDetails: SENT },
  ListUsers: { Users: [LISTED] },
  AdminGetUser: GOT,
  GetUser: GOT,
  UpdateUserAttributes: { CodeDeliveryDetailsList: [SENT] },
  GetUserAttributeVerificationCode: { CodeDeliveryDetails: SENT },
  ListWebAuthnCredentials: {
    Credentials: [{ CredentialId: "c", RelyingPartyId: "r", CreatedAt: 5 }],
  },
  AdminCreateUser: { User: LISTED },
  AdminListGroupsForUser: { Groups: [GROUP] },
  ListGroups: { Groups: [GROUP] },
  CreateGroup: { Group: GROUP },
  UpdateGroup: { Group: GROUP },
  ...Object.fromEntries(
    [
      ...["ConfirmSignUp", "ResendConfirmationCode", "ConfirmForgotPassword", "ChangePassword"],
      ...["SetUserMFAPreference", "CompleteWebAuthnRegistration", "AdminSetUserPassword"],
      ...["AdminUpdateUserAttributes", "AdminAddUserToGroup"],
    ].map((operation) => [operation, {}]),
  ),
};

let played;
let sent;
let toAttacker;

beforeAll(async () => {
  const bodies = Object.entries(ANSWERS).map(([operation, body]) => [operation, { body }]);
  const file = require.resolve("../support/accounts-pollution.js");
  ({ played, sent, toAttacker } = await playOnServer(file, Object.fromEntries(bodies)));
}, 300_000);

test("without pollution the calls end as they should", () => {
  const refused = Object.entries(played.clean).filter(([, outcome]) =>
    outcome?.startsWith("[true"),
  );
  const reasonOf = (outcome) => /"([a-z-]+)",\d+,/.exec(outcome)?.[1];
  expect(refused.map(([call, outcome]) => [call, reasonOf(outcome)])).toEqual([
    ["call of another pool", "invalid-argument"],
    ["call of an operation that is not listed", "invalid-argument"],
    ["account.update of what is guarded", "invalid-argument"],
    ["users.find by nothing", "invalid-argument"],
  ]);
});

test("no call ends otherwise under pollution", () => {
  expect(played.cases).toBeGreaterThan(1_200);
  expect(played.differences).toEqual([]);
});

test("what is sent is the same in each case, and nothing goes elsewhere", () => {
  expect(toAttacker).toEqual([]);
  const texts = Object.keys(sent);
  expect(texts.filter((text) => /role|evil|Other|Nothing/i.test(text))).toEqual([]);
  // None was left out, or sent in another form.
  const operations = Object.keys(ANSWERS).sort();
  expect([...new Set(texts.map((text) => text.split(" ")[0]))].sort()).toEqual(operations);
  expect(texts.length).toBe(27);
});
