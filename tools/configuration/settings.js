"use strict";

// Every option of createAuth and every environment variable that counts, for the tables of docs/configuration.md
// (`npm run docs`). __test__/repository/configuration.spec.js compares the names with those in the code.

const GUIDE = "https://docs.aws.amazon.com/sdkref/latest/guide";
const COGNITO = "https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference";
const NODE = "https://nodejs.org/api";
const VERIFYING =
  "https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-tokens-verifying-a-jwt.html";

const PAGES = {
  AdminInitiateAuth: `${COGNITO}/API_AdminInitiateAuth.html`,
  IssuerConfigurationType: `${COGNITO}/API_IssuerConfigurationType.html`,
  RefreshTokenRotationType: `${COGNITO}/API_RefreshTokenRotationType.html`,
  SECRET_HASH:
    "https://docs.aws.amazon.com/cognito/latest/developerguide/signing-up-users-in-your-app.html",
  SignUp: `${COGNITO}/API_SignUp.html`,
  UserPoolType: `${COGNITO}/API_UserPoolType.html`,
  "JWTs of Cognito": VERIFYING,
  "RFC 7517": "https://www.rfc-editor.org/rfc/rfc7517",
  containers: `${GUIDE}/feature-container-credentials.html`,
  curl: "https://curl.se/docs/manpage.html",
  "endpoint URLs": `${GUIDE}/feature-ss-endpoints.html`,
  files: `${GUIDE}/file-location.html`,
  "FIPS and dual stack": `${GUIDE}/feature-endpoints.html`,
  "instance metadata": `${GUIDE}/feature-imds-client.html`,
  Lambda: "https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html",
  "Node.js": `${NODE}/cli.html`,
  OpenSSL: "https://docs.openssl.org/master/man3/SSL_CTX_load_verify_locations/",
  profiles: `${GUIDE}/file-format.html`,
  region: `${GUIDE}/feature-region.html`,
  retries: `${GUIDE}/feature-retry-behavior.html`,
  roles: `${GUIDE}/feature-assume-role-credentials.html`,
  "static keys": `${GUIDE}/feature-static-credentials.html`,
};

/** `variables` in their order: the first that is set and not empty counts. `setting` is the name that the code has for it. */
const OPTIONS = [
  {
    option: "userPoolId",
    variables: ["USER_POOL_ID"],
    meaning: "the user pool's ID, such as `us-east-1_AbCdEfGhI`",
    page: "UserPoolType",
  },
  {
    option: "clientId",
    variables: ["COGNITO_CLIENT_ID"],
    meaning: "the app client's ID",
    page: "SignUp",
  },
  {
    option: "clientSecret",
    variables: ["COGNITO_CLIENT_SECRET"],
    meaning:
      "the app client's secret, if it has one: `SECRET_HASH` is computed from it and sent; `null` for none, whatever the variable says",
    page: "SECRET_HASH",
  },
  {
    option: "authFlow",
    variables: ["COGNITO_AUTH_FLOW"],
    meaning:
      "[how](sign-in.md#flows) `login` and `signIn` sign in: `ADMIN_NO_SRP_AUTH`, `ADMIN_USER_PASSWORD_AUTH`, `USER_PASSWORD_AUTH`, `USER_SRP_AUTH`, `USER_AUTH` or `CUSTOM_AUTH`",
    fallback: "`ADMIN_NO_SRP_AUTH`",
    page: "AdminInitiateAuth",
  },
  {
    option: "stateKey",
    variables: ["COGNITO_STATE_KEY"],
    meaning:
      "the keys that [saved challenges](sign-in.md#several-servers) are sealed with, one or several; in the variable separated by commas; `null` for none, whatever the variable says",
    fallback: "derived from `clientSecret`",
  },
  {
    option: "refreshReuse",
    meaning:
      "the time for which a [refresh](sign-in.md#refresh) with a replaced refresh token gets the same result; 0 to 60",
    unit: "s",
    fallback: "10",
    page: "RefreshTokenRotationType",
  },
  {
    option: "region",
    variables: ["COGNITO_REGION"],
    meaning: "the region of the calls",
    fallback: "[see below](#region)",
    page: "region",
  },
  {
    option: "replicaRegions",
    meaning: "regions that the pool is replicated to: their original issuers are accepted as well",
    fallback: "none",
    page: "IssuerConfigurationType",
  },
  {
    option: "endpoint",
    variables: ["AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER", "AWS_ENDPOINT_URL"],
    meaning: "the URL that calls are sent to: an emulator or a VPC endpoint",
    fallback: "`endpoint_url` of the profile, then the region's",
    page: "endpoint URLs",
  },
  {
    option: "issuer",
    variables: ["COGNITO_ISSUER"],
    meaning: "each `iss` to accept, one or several; in the variable separated by commas",
    fallback: "[the pool's two](#issuers-and-keys)",
    page: "IssuerConfigurationType",
  },
  {
    option: "jwksUri",
    variables: ["COGNITO_JWKS_URI"],
    meaning: "the URL of the key set: https, or http to loopback and to the `endpoint`",
    fallback: "[the pool's](#issuers-and-keys)",
    page: "JWTs of Cognito",
  },
  {
    option: "credentials",
    members: ["accessKeyId", "secretAccessKey", "sessionToken"],
    variables: ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"],
    meaning: "AWS credentials that do not change; the three variables are one setting",
    fallback: "[the other sources](#credentials)",
    page: "static keys",
  },
  {
    option: "timeoutMs",
    meaning: "the time that one call to Cognito may take, retries included; at most 300,000",
    unit: "ms",
    fallback: "10,000",
  },
  {
    option: "connectTimeoutMs",
    meaning: "the part of it that connecting may take; at most 300,000",
    unit: "ms",
    fallback: "3,000",
  },
  {
    option: "maxAttempts",
    // Not one of VARIABLES: the native side reads it together with the profile.
    variables: ["AWS_MAX_ATTEMPTS"],
    isShared: true,
    meaning:
      "attempts of one request, the first included; 1 to 10 (a higher value of the variable counts as 10)",
    fallback: "`max_attempts` of the profile, then 3",
    page: "retries",
  },
  {
    option: "verify",
    members: ["use", "clientId", "clockTolerance", "groups", "scopes"],
    meaning: "[which tokens are accepted](#verify)",
    page: "JWTs of Cognito",
  },
  {
    option: "keys",
    members: ["jwks"],
    meaning: "`{ jwks }`: use this key set, and never request one",
    fallback: "fetched from `jwksUri`",
    page: "RFC 7517",
  },
  {
    option: "pools",
    meaning:
      "[several pools](#several-pools) whose tokens are accepted, each with its own keys and app clients",
    fallback: "one pool",
    page: "JWTs of Cognito",
  },
];

const POLICY = [
  {
    option: "verify.use",
    meaning: '`"id"`, `"access"` or `"any"`',
    fallback: '`"id"`',
  },
  {
    option: "verify.clientId",
    meaning: "the app clients to accept, one or several; `null` accepts every client of the pool",
    fallback: "`clientId`",
  },
  {
    option: "verify.clockTolerance",
    meaning: "clock skew to allow for `exp` and `nbf`; at most 600",
    unit: "s",
    fallback: "0",
  },
  {
    option: "verify.groups",
    meaning: "groups, one of which is required (`cognito:groups`)",
    fallback: "no check",
  },
  {
    option: "verify.scopes",
    meaning: "scopes, one of which is required (`scope` of access tokens); none contains a blank",
    fallback: "no check",
  },
];

/**
 * Variables that no option stands for. `concerns` says what they change: calls to Cognito, the fetch of the keys, or the
 * search for credentials.
 */
const VARIABLES = [
  {
    names: ["AWS_REGION", "AWS_DEFAULT_REGION"],
    meaning: "the region of the calls, if neither `COGNITO_REGION` nor the pool's ID names one",
    concerns: "calls",
    page: "region",
  },
  {
    names: ["AWS_PROFILE"],
    meaning:
      "the profile of the [shared files](#shared-files). Beside static credentials, its other settings still count",
    fallback: "`default`",
    concerns: "calls, credentials",
    page: "profiles",
  },
  {
    names: ["AWS_CONFIG_FILE"],
    meaning: "path of the shared config file",
    fallback: "`~/.aws/config`",
    concerns: "calls, credentials",
    page: "files",
  },
  {
    names: ["AWS_SHARED_CREDENTIALS_FILE"],
    meaning: "path of the shared credentials file",
    fallback: "`~/.aws/credentials`",
    concerns: "calls, credentials",
    page: "files",
  },
  {
    names: ["HOME", "USERPROFILE", "HOMEDRIVE", "HOMEPATH"],
    meaning: "the home folder, `~` in the two paths above. The last three on Windows",
    concerns: "calls, credentials",
    page: "files",
  },
  {
    names: ["AWS_USE_FIPS_ENDPOINT"],
    meaning: "`true`: the FIPS endpoint. In a profile: `use_fips_endpoint`",
    fallback: "`false`",
    concerns: "calls, credentials",
    page: "FIPS and dual stack",
  },
  {
    names: ["AWS_USE_DUALSTACK_ENDPOINT"],
    meaning: "`true`: the endpoint that has IPv4 and IPv6. In a profile: `use_dualstack_endpoint`",
    fallback: "`false`",
    concerns: "calls, credentials",
    page: "FIPS and dual stack",
  },
  {
    names: ["AWS_RETRY_MODE"],
    meaning: "`standard` or `adaptive`; `legacy` counts as `standard`. In a profile: `retry_mode`",
    fallback: "`standard`",
    concerns: "calls",
    page: "retries",
  },
  {
    names: ["AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"],
    meaning:
      "`true`: ignores endpoint URLs of variables and profiles, but not the option `endpoint`. In a profile, for the profile's: `ignore_configured_endpoint_urls`",
    fallback: "`false`",
    concerns: "calls",
    page: "endpoint URLs",
  },
  {
    names: ["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"],
    meaning: "the [proxy](docker.md#proxies) for https",
    fallback: "none",
    concerns: "calls, keys, credentials",
    page: "curl",
  },
  {
    names: ["no_proxy", "NO_PROXY"],
    meaning: "hosts that are reached without the proxy",
    fallback: "none",
    concerns: "calls, keys, credentials",
    page: "curl",
  },
  {
    names: ["NODE_EXTRA_CA_CERTS"],
    meaning:
      "path of a PEM file of certificates that are trusted [as well](docker.md#certificates-of-your-own)",
    fallback: "none",
    concerns: "calls, keys, credentials",
    page: "Node.js",
  },
  {
    names: ["SSL_CERT_FILE", "SSL_CERT_DIR"],
    meaning: "on Linux: certificates that are trusted instead of the system's",
    fallback: "the system's",
    concerns: "calls, keys, credentials",
    page: "OpenSSL",
  },
  {
    names: ["AWS_ACCOUNT_ID", "SECRET_ACCESS_KEY"],
    meaning:
      "for a profile with `credential_source = Environment`: the account, and another name of `AWS_SECRET_ACCESS_KEY`",
    concerns: "credentials",
    page: "static keys",
  },
  {
    names: ["AWS_ROLE_ARN", "AWS_ROLE_SESSION_NAME", "AWS_WEB_IDENTITY_TOKEN_FILE"],
    meaning: "a web identity, exchanged at STS. EKS sets them",
    concerns: "credentials",
    page: "roles",
  },
  {
    names: [
      "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
      "AWS_CONTAINER_CREDENTIALS_FULL_URI",
      "AWS_CONTAINER_AUTHORIZATION_TOKEN",
      "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
    ],
    meaning: "the credentials of an ECS task or EKS pod. AWS sets them",
    concerns: "credentials",
    page: "containers",
  },
  {
    names: [
      "AWS_EC2_METADATA_DISABLED",
      "AWS_EC2_METADATA_SERVICE_ENDPOINT",
      "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE",
      "AWS_EC2_METADATA_V1_DISABLED",
    ],
    meaning: "the EC2 instance metadata service: whether and where it is asked",
    concerns: "credentials",
    page: "instance metadata",
  },
  {
    names: ["AWS_ENDPOINT_URL_STS", "AWS_ENDPOINT_URL_SSO", "AWS_ENDPOINT_URL_SSO_OIDC"],
    meaning: "URLs of the services that give credentials",
    concerns: "credentials",
    page: "endpoint URLs",
  },
  {
    names: ["AWS_EXECUTION_ENV"],
    meaning: "sent in the header `user-agent`. AWS sets it",
    concerns: "calls",
    page: "Lambda",
  },
  {
    names: ["AWS_LAMBDA_FUNCTION_NAME", "_X_AMZN_TRACE_ID"],
    meaning: "in a Lambda function, the trace ID is sent with each call. AWS sets them",
    concerns: "calls",
    page: "Lambda",
  },
];

/** Variables that users of other libraries may expect to count. */
const NOT_READ = [
  ["HTTP_PROXY", "nothing is sent through a proxy over plain http"],
  ["AWS_CA_BUNDLE", "set `NODE_EXTRA_CA_CERTS`"],
  ["AWS_SDK_LOAD_CONFIG", "both shared files are always read"],
  ["NODE_TLS_REJECT_UNAUTHORIZED", "certificates are always checked"],
];

module.exports = { NOT_READ, OPTIONS, PAGES, POLICY, VARIABLES };
