"use strict";

// What a process of its own plays of signing in under a polluted prototype, with the answers of __test__/process/polluted-sign-in.spec.js.

const ROOT = require("../../tools/root");
const { main } = require("./pollution.js");

/** A signal whose listeners cannot be added: the failure is made after the call has begun. */
const broken = {
  aborted: false,
  addEventListener() {
    throw new Error("broken");
  },
};

const NEW_PASSWORD = "New-Labyrinth2";
const binding = "a cookie of the browser";
const clientMetadata = { page: "games" };

/** The calls, in the order in which they are made. Each has its options left out at least once. */
async function scenario({ createAuth }) {
  const auth = createAuth();
  const open = createAuth({ authFlow: "USER_PASSWORD_AUTH" });
  const bound = (await auth.signIn("theseus", "Labyrinth1")).save({ binding });
  const free = (await open.signIn("theseus", "Labyrinth1")).save();
  const invited = () => auth.resume(bound, { binding });
  const coded = () => open.resume(free);
  const reasonOf = async (promise) => {
    try {
      await promise;
      return "resolved";
    } catch (error) {
      return error.reason;
    }
  };
  const calls = {
    "a sign-in": () => auth.signIn("theseus", "Labyrinth1"),
    "a sign-in with options": () => auth.signIn("theseus", "Labyrinth1", { clientMetadata }),
    "a sign-in with a visitor": () =>
      open.signIn("theseus", "Labyrinth1", { visitor: { ip: "192.0.2.1", headers: {} } }),
    "a sign-in without a password": () => open.startSignIn("theseus"),
    "a sign-in with a preferred factor": () => open.startSignIn("theseus", { prefer: "EMAIL_OTP" }),
    "a sign-in with a broken signal": () => auth.login("a", "b", { signal: broken }),
    "login of a user with a challenge": () => auth.login("theseus", "Labyrinth1"),
    "a challenge that is opened": () => invited(),
    "a challenge that is opened without its binding": () => auth.resume(bound),
    "a challenge that is opened with no options of its own": () => auth.resume(bound, {}),
    "a challenge that is saved": () => auth.resume(invited().save()).name,
    "a challenge that is saved with a binding": () =>
      auth.resume(invited().save({ binding }), { binding }).name,
    "an answer": () => invited().answer(NEW_PASSWORD),
    "an answer with options": () => invited().answer(NEW_PASSWORD, { clientMetadata }),
    "a raw answer": () => invited().answerRaw({ NEW_PASSWORD }),
    "a raw answer with options": () => invited().answerRaw({ NEW_PASSWORD }, { clientMetadata }),
    "a wrong code, twice": async () => {
      const step = coded();
      return `${await reasonOf(step.answer("000000"))} ${await reasonOf(step.answer("000000"))}`;
    },
    "a code that is too late, twice": async () => {
      const step = coded();
      return `${await reasonOf(step.answer("111111"))} ${await reasonOf(step.answer("111111"))}`;
    },
    "an answer with a broken signal, then a wrong code": async () => {
      const step = coded();
      const first = await reasonOf(step.answer("000000", { signal: broken }));
      return `${first} ${await reasonOf(step.answer("000000"))}`;
    },
    "a refresh": () => auth.refresh("refresh-1"),
    "a refresh with options": () => auth.refresh("refresh-2", { clientMetadata }),
    "a sign-out": () => auth.signOut("refresh-1"),
    "a sign-out with options": () => auth.signOut("refresh-1", {}),
  };
  const attributes = { "custom:role": "admin" };
  const evil = {
    ...attributes,
    attributes,
    clientMetadata: attributes,
    allow: ["custom:role"],
    ip: "192.0.2.66",
    authFlow: "CUSTOM_AUTH",
    prefer: "SMS_OTP",
    shown: '{"name":"EVIL"}',
    kept: "{}",
    aborted: true,
    addEventListener() {},
  };
  const resolvesToObject =
    /^(a sign-in|an answer|a raw answer|a refresh|a challenge that is opened$)/;
  // Each case sends a dozen requests: with every kind it would take minutes.
  const kinds = ["text", "object", "getter that throws"];
  return { calls, evil, resolvesToObject, kinds, atOnce: true };
}

scenario(require(ROOT)).then(main);
