"use strict";

// Tokens that are remembered: how much of them, and nothing of what they were cut from.

const { evaluate } = require("../support/child.js");
const { VerifiedTokens } = require("../../lib/verify/verified-tokens.js");

/** Ways in which an application gets a token out of a message; the engine may keep the whole message for each. */
const CUTS = {
  "a slice": "message.slice(6, 6 + token.length)",
  "a match": "/token=([^&]+)/.exec(message)[1]",
  "a part": 'message.split("&")[0].split("=")[1]',
  "a trimmed text": "(' '.repeat(1e6) + token).trim()",
  "a concatenation of slices": "message.slice(6, 300) + message.slice(300, 6 + token.length)",
  "a member of JSON": 'JSON.parse(JSON.stringify({ pad: "a".repeat(1e6), token })).token',
};

test.each(Object.entries(CUTS))(
  "%s of a message of a million characters does not keep the message",
  async (_name, cut) => {
    const source = `
    require("node:v8").setFlagsFromString("--expose-gc");
    const gc = require("node:vm").runInNewContext("gc");
    const { makeTokens, options } = require("./__test__/support/many-tokens.js");
    const auth = require("./index.js").createAuth(options());
    const used = async () => {
      // Buffers are freed some time after a collection.
      for (let i = 0; i < 3; i += 1) {
        gc();
        await new Promise(setImmediate);
      }
      const { heapUsed, external } = process.memoryUsage();
      return heapUsed + external;
    };
    (async () => {
      const tokens = makeTokens(60);
      await auth.verifyToken(tokens.pop());
      const before = await used();
      const batch = [];
      for (const [index, token] of tokens.entries()) {
        const message = Buffer.from("token=" + token + "&pad=" + "a".repeat(1e6)).toString("latin1");
        const verified = auth.verifyToken(${cut});
        // Some alone, some together.
        if (index % 2 === 0) await verified;
        else batch.push(verified);
      }
      await Promise.all(batch);
      batch.length = 0;
      console.log(JSON.stringify((await used()) - before));
    })();
  `;
    // The messages have 60 MB.
    expect(await evaluate(source, { seconds: 60 })).toBeLessThan(20e6);
  },
  70_000,
);

describe("the bound", () => {
  const claims = { exp: 2_000_000_000 };
  const NOW = 1_700_000_000_000;

  /** Adds that many tokens of that length, each cut from a larger text; those that are still there. */
  function remembered(count, length) {
    const verified = new VerifiedTokens(0);
    const tokens = Array.from({ length: count }, (_, index) =>
      `x${`${index}.`.padEnd(length - 12, "a")}${String(index).padStart(12, "0")}x`.slice(1, -1),
    );
    verified.claimsOf(tokens[0], NOW, 1);
    for (const token of tokens) verified.add(token, JSON.stringify(claims), claims, 1);
    return tokens.filter((token) => verified.claimsOf(token, NOW, 1) !== undefined);
  }

  test.each([
    [5_000, 900],
    [5_000, 2_500],
    [500, 65_536],
    [300, 40_000],
  ])("%i tokens of %i characters: 2,000 and 4 Mi characters at most", (count, length) => {
    const kept = remembered(count, length);
    expect(kept.length).toBeLessThanOrEqual(2_000);
    expect(kept.length * length).toBeLessThanOrEqual(4 * 1024 * 1024);
    // It is not much less: a server's working set stays.
    expect(kept.length).toBeGreaterThanOrEqual(
      Math.min(1_000, Math.floor((2 * 1024 * 1024) / length)),
    );
  });

  test("a token that is longer than any that is accepted is not remembered", () => {
    expect(remembered(1, 65_537)).toEqual([]);
  });

  test("a token that is not ASCII, which none is, is not remembered as another", () => {
    const verified = new VerifiedTokens(0);
    const token = `\u0161${"a".repeat(100)}`;
    verified.claimsOf(token, NOW, 1);
    verified.add(token, JSON.stringify(claims), claims, 1);
    expect(verified.claimsOf(token, NOW, 1)).toBeUndefined();
    expect(verified.claimsOf(`a${token.slice(1)}`, NOW, 1)).toBeUndefined();
  });
});
