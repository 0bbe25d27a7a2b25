// What the programs of blocks have at hand, besides the block itself.

import assert from "node:assert/strict";
import http from "node:http";

/** The test pool: ids, keys and tokens. */
export const given = JSON.parse(process.env.GIVEN);

/** Serves with a function or an Express application. Resolves to a function that sends it a request. */
export async function listen(listener) {
  const server = http.createServer(listener);
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return async (route, { token, body } = {}) => {
    const [method, path] = route.split(" ");
    const response = await fetch(`http://127.0.0.1:${server.address().port}${path}`, {
      method,
      headers: {
        ...(token && { authorization: `Bearer ${token}` }),
        ...(body && { "content-type": "application/json" }),
      },
      body: JSON.stringify(body),
    });
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      body: /json/.test(response.headers.get("content-type")) ? JSON.parse(text) : text,
    };
  };
}

export { assert };
