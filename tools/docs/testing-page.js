"use strict";

// docs/testing.md's test files, one for each runner: in the suite and, with the packed package, in npm run package:check.

const { blocksOf, filesIn } = require("./blocks.js");

const PAGE = "docs/testing.md";

/** The application and its tests by runner, and one that needs Express: `{ files, test, packages }`, files by name. */
function testFiles() {
  const shown = filesIn(PAGE);
  const common = { "app.js": shown["app.js"], "start-app.js": shown["start-app.js"] };
  const project = (test, text) => ({ test, files: { ...common, [test]: text } });
  const jest = shown["app.jest.test.js"];
  // "with these lines in place of the first two"
  const [, , ...rest] = jest.split("\n");
  return {
    node: project("app.test.js", shown["app.test.js"]),
    jest: project("app.jest.test.js", jest),
    express: {
      test: "express.jest.test.js",
      files: {
        "express-app.js": shown["express-app.js"],
        "express.jest.test.js": shown["express.jest.test.js"],
      },
      packages: ["express"],
    },
    vitest: project("app.test.mjs", shown["app.test.mjs"] + rest.join("\n")),
  };
}

/** The mock of the package, and a test that uses it. */
function replacedTest() {
  const { code } = blocksOf(PAGE).find((block) => block.code.startsWith("jest.mock("));
  return `${code}
    const auth = require("cognito-auth-native");
    test("replaced", async () => {
      expect(await auth.login("a", "b")).toBe("a token");
      await expect(auth.verifyToken("")).rejects.toBeInstanceOf(auth.JsonWebTokenError);
    });`;
}

module.exports = { PAGE, replacedTest, testFiles };
