import auth = require("cognito-auth-native");

async function main(): Promise<string | undefined> {
  const user: { username: string } = await auth.createCognitoUser("a", "b", "c@example.com", "+1");
  const token: string = await auth.login(user.username, "b");
  const claims: auth.IdTokenClaims = await auth.verifyToken(token);
  // @ts-expect-error: a password is not a number.
  await auth.login("a", 1);
  return claims.email;
}

main().catch((error: unknown) => {
  if (auth.AuthError.is(error)) console.error(error.reason satisfies auth.Reason);
});
