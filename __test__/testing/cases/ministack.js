"use strict";

// Where ministack answers another thing than the pool: its answer, and what decides. `owner/repo#n` is an issue on GitHub, and
// "the model" the API's, as requirements-model.txt pins it: required members, lengths, patterns and types of requests.

const API = "https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference";
const GUIDE = "https://docs.aws.amazon.com/cognito/latest/developerguide";

const ANSWERED = ["answered"];
const MODEL = "the model";
const NOT_CONFORMING =
  "Password did not conform with policy: Password must have length greater than or equal to 8";
const EVERY_RULE = `${NOT_CONFORMING}; Password must have uppercase characters; Password must have lowercase characters; Password must have numeric characters`;
const flow = (name) => ["InvalidParameterException", `Unsupported AuthFlow: ${name}`];
const UNKNOWN = ["UserNotFoundException", "User does not exist."];
const BAD = ["NotAuthorizedException", "Incorrect username or password."];

module.exports = {
  "SignUp: the name is taken": {
    ministack: ["UsernameExistsException", "User already exists."],
    decides: "aws-amplify/amplify-js#6238: without a full stop",
  },
  "SignUp: a short password": {
    ministack: ["InvalidPasswordException", NOT_CONFORMING],
    decides: `seen at https://qiita.com/Khmer495/items/15d36754072096e4ba96; AWS documents the type alone: ${API}/API_SignUp.html`,
  },
  "SignUp: no password": {
    ministack: ["InvalidPasswordException", EVERY_RULE],
    decides: `${API}/API_SignUp.html: users may be without a password where codes are first factors`,
  },
  "SignUp: no phone number": {
    ministack: ANSWERED,
    decides: "amazon-archives/amazon-cognito-identity-js#316",
  },
  "SignUp: no address": {
    ministack: ANSWERED,
    decides: `${GUIDE}/user-pool-settings-attributes.html: an e-mail address must be valid`,
  },
  "SignUp: an unknown attribute": { ministack: ANSWERED, decides: "aws-amplify/amplify-js#5532" },
  "SignUp: a required attribute": {
    ministack: ANSWERED,
    decides: `${GUIDE}/user-pool-settings-attributes.html: "a user can't register unless they provide a value"`,
  },
  "SignUp: an attribute that is not the client's": {
    ministack: ANSWERED,
    decides: "aws/aws-sdk-js#3603",
  },
  "SignUp: another client": {
    ministack: ["ResourceNotFoundException", "Client 1other not found."],
    decides: "anomalyco/guide#82",
  },
  "SignUp: an empty name": { ministack: ANSWERED, decides: MODEL },
  "SignUp: an empty password": {
    ministack: ["InvalidPasswordException", EVERY_RULE],
    decides: MODEL,
  },
  "SignUp: the pool's id in the place of the client's": {
    ministack: ["ResourceNotFoundException", "Client us-east-1_Other not found."],
    decides: "boto/boto3#3581",
  },
  "SignUp: no name": { ministack: ANSWERED, decides: MODEL },
  "SignUp: a blank in the password": {
    ministack: ANSWERED,
    decides: `${MODEL}; aws-amplify/amplify-js#345`,
  },
  "SignUp: an attribute without a name": { ministack: ANSWERED, decides: MODEL },
  "SignUp: a number for a name": { ministack: ANSWERED, decides: MODEL },
  "SignUp: true for a name": {
    ministack: ANSWERED,
    decides: `${MODEL}; amazon-archives/amazon-cognito-identity-js#485`,
  },
  "SignUp: an object for a password": {
    ministack: ["InvalidPasswordException", EVERY_RULE],
    decides: `${MODEL}; aws-amplify/amplify-js#5165`,
  },
  "SignUp: attributes that are no list": { ministack: ANSWERED, decides: MODEL },

  "AdminConfirmSignUp: confirmed already": {
    ministack: ANSWERED,
    decides: "furaiev/amazon-cognito-identity-dart-2#80",
  },
  "AdminConfirmSignUp: invited": {
    ministack: ANSWERED,
    decides: "furaiev/amazon-cognito-identity-dart-2#80, for any status but UNCONFIRMED",
  },

  "AdminInitiateAuth: no user name": { ministack: UNKNOWN, decides: "aws/aws-sdk-php#1057" },
  "AdminInitiateAuth: no password": {
    ministack: BAD,
    decides: "aws-samples/alexa-web-information-service-api-samples#13",
  },
  "AdminInitiateAuth: no parameters": { ministack: UNKNOWN, decides: "aws/aws-sdk-php#1057" },
  "AdminInitiateAuth: the public flow": {
    ministack: flow("USER_PASSWORD_AUTH"),
    decides: `${API}/API_AdminInitiateAuth.html lists the flows, soto-project/soto-cognito-authentication-kit#10 the words`,
  },
  "InitiateAuth: the administrator's flow": {
    ministack: flow("ADMIN_NO_SRP_AUTH"),
    decides: "soto-project/soto-cognito-authentication-kit#10",
  },
  "InitiateAuth: its other name": {
    ministack: flow("ADMIN_USER_PASSWORD_AUTH"),
    decides: "soto-project/soto-cognito-authentication-kit#10",
  },
  ...Object.fromEntries(
    ["InitiateAuth", "AdminInitiateAuth"].flatMap((operation) => [
      [
        `${operation}: USER_AUTH is not allowed`,
        {
          ministack: flow("USER_AUTH"),
          decides: `${GUIDE}/authentication-flows-selection-sdk.html: it needs ALLOW_USER_AUTH; aws-amplify/amplify-ui looks for the words`,
        },
      ],
      [
        `${operation}: REFRESH_TOKEN_AUTH is not allowed`,
        {
          ministack: ["NotAuthorizedException", "Invalid Refresh Token"],
          decides: `${GUIDE}/amazon-cognito-user-pools-using-the-refresh-token.html: it needs ALLOW_REFRESH_TOKEN_AUTH`,
        },
      ],
    ]),
  ),
  "InitiateAuth: no such flow": { ministack: flow("PASSWORD"), decides: MODEL },
  "InitiateAuth: no flow": { ministack: flow(""), decides: MODEL },
  "InitiateAuth: parameters that are no object": {
    ministack: ["InternalError", "'str' object has no attribute 'get'"],
    decides: MODEL,
  },
  "InitiateAuth: a number for a password": { ministack: BAD, decides: MODEL },

  "AdminGetUser: neither pool nor name": {
    ministack: ["ResourceNotFoundException", "User pool None does not exist."],
    decides: MODEL,
  },
};
