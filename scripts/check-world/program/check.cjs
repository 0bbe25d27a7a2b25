"use strict";

// What runs in each environment: a token is verified, a wrong one is refused, a user is registered and signs in. `auth` is the
// package. FIXTURE has a token and options that it is verified with; the other variables are those of an emulator's pool.

module.exports = async function check(auth) {
  const { token, options } = JSON.parse(process.env.FIXTURE);
  const made = auth.createAuth(options);
  const { sub } = await made.verifyToken(token);
  const refusal = await made.verifyToken(`${token}x`).catch((error) => error);

  const username = `user-${process.pid}-${Date.now()}`;
  await auth.createCognitoUser(username, "Labyrinth1", `${username}@example.com`, "+14155550100");
  const claims = await auth.verifyToken(await auth.login(username, "Labyrinth1"));
  return {
    sub,
    isTyped: refusal instanceof auth.JsonWebTokenError && auth.AuthError.is(refusal),
    reason: refusal.reason,
    signedIn: claims["cognito:username"] === username,
    node: process.version,
  };
};
