const auth = require("cognito-auth-native");
const { options, token } = require("./fixture.json");

test("a good token", async () => {
  await expect(auth.createAuth(options).verifyToken(token)).resolves.toMatchObject({
    token_use: "id",
  });
});

test("a bad one, after the module was loaded anew", async () => {
  jest.resetModules();
  const again = require("cognito-auth-native");
  const refused = again.createAuth(options).verifyToken("x.y.z");
  await expect(refused).rejects.toMatchObject({ name: "JsonWebTokenError" });
});
