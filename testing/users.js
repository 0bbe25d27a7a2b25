"use strict";

// The pool's users: `pool.users` itself. A test may read and change them, the operations do the same.

const crypto = require("node:crypto");
const { Mistake, ownAnswer, refusal } = require("./answers.js");
const { isEmail, isPhoneNumber } = require("./attributes.js");
const { BOUNDS } = require("./bounds.js");
const { checkUser, readUser } = require("./options.js");

/** https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-admin-create-user-policy.html */
const TEMPORARY_PASSWORD_MS = 7 * 24 * 3600 * 1000;

/** Alias → the form that a user name must not have then, and the refusal. */
const NAME_FORMS = [
  ["email", isEmail, "nameIsEmail"],
  ["phone_number", isPhoneNumber, "nameIsPhone"],
];

/** The password that is right for a user now, undefined for none. */
const passwordOf = ({ status, temporaryPassword, password }) =>
  status === "FORCE_CHANGE_PASSWORD" ? temporaryPassword : password;

class Users extends Map {
  #settings;
  #clock;
  /** What a test does not see of a user: dates, wrong passwords. */
  #records = new WeakMap();
  /** The users that requests have made. */
  #made = new WeakSet();

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
    const place = `users.set("${name}")`;
    this.#checkConflicts(user, place);
    const now = this.#clock.now();
    this.#records.set(user, { createdAt: now, modifiedAt: now, invitedAt: now, failures: 0 });
    this.#addGroups(user);
    return super.set(name, user);
  }

  recordOf(user) {
    return this.#records.get(user);
  }

  /** Throws if a new user has something that names another one. A user of the same name makes room. */
  #checkConflicts(user, place) {
    const others = [...this.values()].filter(({ username }) => username !== user.username);
    const refused = this.refusalOfName(user.username, "userExists", others);
    if (refused !== undefined) throw new TypeError(`${place}: username: ${refused.message}`);
    const { sub } = user.attributes;
    const twin = others.find((one) => one.attributes.sub === sub || one.username === sub);
    if (twin !== undefined) {
      throw new TypeError(`${place}: attributes.sub: "${twin.username}" has it`);
    }
    for (const [name, value] of this.#aliasesOf(user)) {
      const owner = value === undefined ? undefined : this.ownerOfAlias(user, name, value, others);
      if (owner !== undefined) {
        throw new TypeError(`${place}: attributes.${name}: it is an alias of "${owner.username}"`);
      }
    }
  }

  /** Adds a user for a request. */
  make(name, given) {
    this.set(name, given);
    this.#made.add(this.get(name));
  }

  /** Throws if a request would make too many users. Those that a test adds do not count. */
  checkRoom() {
    const made = [...this.values()].filter((user) => this.#made.has(user));
    if (made.length < BOUNDS.users) return;
    throw ownAnswer("LimitExceededException", `requests make ${BOUNDS.users} users at most`);
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

  withSub(sub) {
    return [...this.values()].find(({ attributes }) => attributes.sub === sub);
  }

  /** Adds the groups of a user that the pool lacks. */
  #addGroups({ groups }) {
    for (const group of groups) this.#settings.groups.add(group);
  }

  /** Throws if a test has changed a user to something that is none. Groups that it has given to a user are added to the pool. */
  check() {
    for (const [name, user] of this) {
      checkUser(user, this.#settings);
      if (user.username !== name) {
        throw new Mistake(`the user "${name}" was changed: its username is "${user.username}"`);
      }
      this.#addGroups(user);
    }
  }

  /** The user of this name, alias or sub, of all or of some. An alias is an address that has been verified, of those that the pool allows. */
  named(name, users = [...this.values()]) {
    return (
      users.find(({ username }) => username === name) ??
      users.find(({ attributes }) => attributes.sub === name) ??
      users.find((user) => this.#aliasesOf(user).some(([, value]) => value === name))
    );
  }

  /**
   * The refusal of a name for a new user, undefined for none; `taken` is the one for a name of somebody else. A name that another user
   * signs in with, be it a sub or an alias, would take it from them.
   */
  refusalOfName(name, taken, users) {
    const [, , form] =
      NAME_FORMS.find(
        ([alias, hasForm]) => this.#settings.aliases.includes(alias) && hasForm(name),
      ) ?? [];
    if (form !== undefined) return refusal(form);
    return this.named(name, users) === undefined ? undefined : refusal(taken);
  }

  /** The names and values of a user's aliases. */
  #aliasesOf({ attributes }) {
    return this.#settings.aliases
      .filter((name) => name === "preferred_username" || attributes[`${name}_verified`] === "true")
      .map((name) => [name, attributes[name]]);
  }

  /** Another user who has this attribute's value for an alias, or for a name. */
  ownerOfAlias(user, attribute, value, users = [...this.values()]) {
    if (!this.#settings.aliases.includes(attribute)) return undefined;
    return users.find(
      (other) =>
        other !== user &&
        (other.username === value ||
          this.#aliasesOf(other).some(([name, alias]) => name === attribute && alias === value)),
    );
  }

  /** Takes an alias from its owner, if it has one. */
  freeAlias(user, attribute, value) {
    const owner = this.ownerOfAlias(user, attribute, value);
    if (owner !== undefined) owner.attributes[`${attribute}_verified`] = "false";
  }

  /** Marks a user's address as verified, unless it is an alias of somebody else: `force` takes it from them. */
  verify(user, attribute, { force = false } = {}) {
    const owner = this.ownerOfAlias(user, attribute, user.attributes[attribute]);
    if (owner !== undefined && !force) throw refusal("aliasExists", { attribute });
    this.freeAlias(user, attribute, user.attributes[attribute]);
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

module.exports = { Users, makeStranger, passwordOf };
