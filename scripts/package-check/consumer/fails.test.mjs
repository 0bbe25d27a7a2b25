// A test that fails before it stops its pool, by Vitest.

import { createTestPool } from "cognito-auth-native/testing.js";
import { test } from "vitest";

test("fails", async () => {
  const pool = await createTestPool({ inProduction: "I know" });
  await fetch(pool.options.jwksUri);
  throw new Error("the thread is torn");
});
