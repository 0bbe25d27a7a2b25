// The package as an ES module: by its default export, and by names.

import assert from "node:assert";
import { readFileSync } from "node:fs";
import auth, {
  AuthError,
  createAuth,
  createCognitoUser,
  fetchUserByUsername,
  login,
  verifyToken,
} from "cognito-auth-native";

const { options, token } = JSON.parse(
  readFileSync(new URL("./fixture.json", import.meta.url), "utf8"),
);

assert.strictEqual(auth.createAuth, createAuth);
for (const named of [AuthError, createCognitoUser, fetchUserByUsername, login, verifyToken]) {
  assert.strictEqual(typeof named, "function");
}
const { sub } = await createAuth(options).verifyToken(token);
console.log(JSON.stringify({ sub }));
