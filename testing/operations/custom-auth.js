"use strict";

// CUSTOM_AUTH: a function of the test plays the pool's Lambda triggers.
// https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-lambda-challenge.html

const { refusal } = require("../answers.js");
const { checkStep } = require("../options.js");
const { beginSession, finish } = require("./challenges.js");
const { noUser } = require("./first-factor.js");
const { askForProof } = require("./password-verifier.js");

const CHALLENGE = "CUSTOM_CHALLENGE";
const PROOF = "PASSWORD_VERIFIER";

async function callTrigger(call) {
  try {
    return await call();
  } catch (error) {
    throw refusal("customFailed", { message: error?.message ?? String(error) });
  }
}

/** What the triggers say after the steps of `session`, or the refusal. */
async function nextOf(state, { username, attributes: { sub } }, session) {
  const { customAuth } = state.settings;
  if (customAuth === undefined) throw refusal("customUnset");
  const given = session.map((step) => ({ ...step }));
  const step = await callTrigger(() => customAuth({ username, session: given }));
  // It may take its time, and a test or a request may delete the user meanwhile.
  if (state.users.withSub(sub) === undefined) throw refusal("userMissing");
  checkStep(step);
  const { next } = step;
  if (next === false) throw refusal("badCredentials");
  if (next !== true && next !== CHALLENGE && next !== PROOF) throw refusal("customAnswer");
  return step;
}

/** The next step: tokens, a challenge, or the proof of the password, for which `srpA` was sent. */
async function goOn(state, user, { session, srpA }) {
  const { next, parameters, answer } = await nextOf(state, user, session);
  if (next === true) return finish(state, user);
  if (next === PROOF) {
    const proceed = (_state, sameUser) =>
      goOn(state, sameUser, { session: [...session, { name: PROOF, result: true }], srpA });
    return askForProof(state, { user, srpA, proceed });
  }
  return {
    ChallengeName: CHALLENGE,
    ChallengeParameters: { USERNAME: user.username, ...parameters },
    Session: beginSession(state, user, CHALLENGE, { session, srpA, answer }),
  };
}

/** A wrong answer is no error: the triggers decide what comes next. */
const customChallenge = {
  needs: ["ANSWER"],
  answer({ state, user, responses, data }) {
    const result = data.answer !== undefined && responses.ANSWER === data.answer;
    const session = [...data.session, { name: CHALLENGE, result }];
    return goOn(state, user, { session, srpA: data.srpA });
  },
};

function begin(state, user, { CHALLENGE_NAME, SRP_A }) {
  if (user === undefined) throw noUser(state.settings);
  const withPassword = CHALLENGE_NAME === "SRP_A";
  if (withPassword && SRP_A === undefined) {
    throw refusal("parameterMissing", { parameter: "SRP_A" });
  }
  const session = withPassword ? [{ name: "SRP_A", result: true }] : [];
  return goOn(state, user, { session, srpA: SRP_A });
}

module.exports = { begin, customChallenge };
