"use strict";

// The pool's users: `pool.users` itself. A test may read and change them, the operations do the same.

const crypto = require("node:crypto");
const { refusal } = require("./answers.js");
const { readUser } = require("./options.js");

/** https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-admin-create-user-policy.html */
const TEMPORARY_PASSWORD_MS = 7 * 24 * 3600 * 1000;

class Users extends Map {
  #settings;
  #clock;
  /** What a test does not see of a user: dates, wrong passwords. */
  #records = new WeakMap();

  constructor({ settings, clock }) {
    super();
    this.#settings = settings;
    this.#clock = clock;
  }

  /** Adds a user, with defaults for what is left out, in the place of another one of this name. */
  set(name, given) {
    const user = readUser(given, `users.set(${JSON.stringify(name)})`, this.#settings);
    if (user.username !== name) {
      throw new TypeError(
        `users.set: the name is "${name}", the user's username "${user.username}"`,
      );
    }
    const now = this.#clock.now();
    this.#records.set(user, { createdAt: now, modifiedAt: now, invitedAt: now, failures: 0 });
    for (const group of user.groups) this.#settings.groups.add(group);
    return super.set(name, user);
  }

  recordOf(user) {
    return this.#records.get(user);
  }

  /** Gives a user a password to keep. */
  setPassword(user, password) {
    user.password = password;
    user.temporaryPassword = undefined;
    user.status = "CONFIRMED";
    this.touch(user);
  }

  /** Gives a user a password that must be changed at the next sign-in, within seven days. */
  setTemporaryPassword(user, password) {
    user.temporaryPassword = password;
    user.password = undefined;
    user.status = "FORCE_CHANGE_PASSWORD";
    this.recordOf(user).invitedAt = this.#clock.now();
    this.touch(user);
  }

  /** Gives a user the seed that the authenticator app has shown to have. */
  setTotp(user, seed) {
    user.totpSecret = seed;
    this.recordOf(user).offeredSeed = undefined;
    this.touch(user);
  }

  touch(user) {
    this.recordOf(user).modifiedAt = this.#clock.now();
  }

  /** The user of this name, alias or sub. An alias is an address that has been verified, of those that the pool allows. */
  named(name) {
    const users = [...this.values()];
    return (
      this.get(name) ??
      users.find(({ attributes }) => attributes.sub === name) ??
      users.find((user) => this.#aliasesOf(user).some(([, value]) => value === name))
    );
  }

  /** The names and values of a user's aliases. */
  #aliasesOf({ attributes }) {
    return this.#settings.aliases
      .filter((name) => name === "preferred_username" || attributes[`${name}_verified`] === "true")
      .map((name) => [name, attributes[name]]);
  }

  /** Another user who has this attribute's value for an alias. */
  ownerOfAlias(user, attribute, value) {
    return [...this.values()].find(
      (other) =>
        other !== user &&
        this.#aliasesOf(other).some(([name, alias]) => name === attribute && alias === value),
    );
  }

  /** Marks a user's address as verified, unless it is an alias of somebody else: `force` takes it from them. */
  verify(user, attribute, { force = false } = {}) {
    const owner = this.ownerOfAlias(user, attribute, user.attributes[attribute]);
    if (owner !== undefined && !force) throw refusal("aliasExists", { attribute });
    if (owner !== undefined) owner.attributes[`${attribute}_verified`] = "false";
    user.attributes[`${attribute}_verified`] = "true";
    this.touch(user);
  }

  /** The same, or the refusal of operations that administrators call. */
  existing(name) {
    const user = this.named(name);
    if (user === undefined) throw refusal("userMissing");
    return user;
  }

  isTemporaryPasswordExpired(user) {
    return this.#clock.now() >= this.recordOf(user).invitedAt + TEMPORARY_PASSWORD_MS;
  }
}

/** A user for tokens that no user of the pool is meant by: always the same `sub` for a name. */
function makeStranger(username, settings) {
  const hash = crypto
    .createHash("sha256")
    .update(settings.userPoolId + username)
    .digest("hex");
  const sub = hash.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, "$1-$2-$3-$4-$5");
  return readUser({ username, attributes: { sub } }, "user", settings);
}

module.exports = { Users, makeStranger };
