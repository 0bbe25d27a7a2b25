"use strict";

// Asking a server with a token, and what it answers, for comparing.

const headersWith = (token) => (token === null ? {} : { authorization: `Bearer ${token}` });

/** An answer for comparing: with `sub` of the claims, or the message of a refusal, and Retry-After. */
function summary(status, challenge, body, retryAfter = null) {
  const { sub, message } = parsed(body);
  return {
    status,
    challenge: challenge ?? null,
    ...(sub !== undefined && { sub }),
    ...(message !== undefined && { message }),
    ...(retryAfter !== null && { retryAfter }),
  };
}

function parsed(body) {
  try {
    return JSON.parse(body) ?? {};
  } catch {
    return { message: body };
  }
}

/** Asks a path of a server with a token, over HTTP. */
const asking =
  (url, route = "/me", init = {}) =>
  async (token) => {
    const headers = { ...init.headers, ...headersWith(token) };
    const response = await fetch(new URL(route, url), { ...init, headers });
    const { status } = response;
    const retryAfter = response.headers.get("retry-after");
    return summary(
      status,
      response.headers.get("www-authenticate"),
      await response.text(),
      retryAfter,
    );
  };

module.exports = { asking, headersWith, summary };
