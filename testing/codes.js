"use strict";

// Codes that Cognito sends by e-mail and SMS: the outbox, and what has become of each code.

const crypto = require("node:crypto");
const { refusal } = require("./answers.js");
const { BOUNDS, BoundedMap } = require("./bounds.js");

/** https://docs.aws.amazon.com/cognito/latest/developerguide/quotas.html: validity of codes, in seconds. */
const VALIDITY = { signUp: 24 * 3600, attribute: 24 * 3600, password: 3600 };

const MEDIA = { email: "EMAIL", phone_number: "SMS" };

/** As AWS's examples show it: `t***@e***`, `+*******0100`. */
function masked(by, to) {
  if (by === "SMS") return `+${"*".repeat(7)}${to.slice(-4)}`;
  const [name, domain = ""] = to.split("@");
  return `${name.slice(0, 1)}***@${domain.slice(0, 1)}***`;
}

/** As if a code had been sent to somebody of whom there is nothing: not all pools tell which names exist. */
const simulatedDelivery = (name) => ({
  AttributeName: "email",
  DeliveryMedium: "EMAIL",
  Destination: masked("EMAIL", `${name}@example.com`),
});

const newCode = () => String(crypto.randomInt(1_000_000)).padStart(6, "0");

function createCodes({ clock, outbox }) {
  /** `purpose` and user's sub → the newest code; older ones are no longer good. */
  const newest = new BoundedMap(BOUNDS.codes);
  const keyOf = ({ attributes: { sub } }, purpose) => JSON.stringify([sub, purpose]);

  return {
    /**
     * Sends a code to a user's `email` or `phone_number`, for a purpose that VALIDITY names; the answer's
     * `CodeDeliveryDetails`. A purpose may end in the attribute's name: "attribute:email".
     */
    send(user, attribute, purpose) {
      const by = MEDIA[attribute];
      const to = user.attributes[attribute];
      const code = newCode();
      const [kind] = purpose.split(":");
      const expiresAt = clock.now() + VALIDITY[kind] * 1000;
      newest.set(keyOf(user, purpose), { attribute, to, code, expiresAt });
      outbox.push({ to, by, code, username: user.username });
      return { AttributeName: attribute, DeliveryMedium: by, Destination: masked(by, to) };
    },
    /**
     * Takes a code: it is good once, and while the user still has the address that it was sent to. Returns the address's attribute.
     */
    take(user, purpose, code) {
      const key = keyOf(user, purpose);
      const sent = newest.get(key);
      if (sent === undefined) throw refusal("codeExpired");
      if (sent.code !== code) throw refusal("codeWrong");
      if (clock.now() >= sent.expiresAt || user.attributes[sent.attribute] !== sent.to) {
        throw refusal("codeExpired");
      }
      newest.delete(key);
      return sent.attribute;
    },
    /** Sends an invitation with a temporary password. */
    invite(user, attribute, temporaryPassword) {
      const { username, attributes } = user;
      outbox.push({ to: attributes[attribute], by: MEDIA[attribute], temporaryPassword, username });
    },
    /** Sends a code that a challenge's session keeps, and returns it with the challenge's parameters. */
    sendForChallenge(user, attribute) {
      const by = MEDIA[attribute];
      const to = user.attributes[attribute];
      const code = newCode();
      outbox.push({ to, by, code, username: user.username });
      return {
        code,
        parameters: {
          CODE_DELIVERY_DELIVERY_MEDIUM: by,
          CODE_DELIVERY_DESTINATION: masked(by, to),
        },
      };
    },
  };
}

module.exports = { createCodes, simulatedDelivery };
