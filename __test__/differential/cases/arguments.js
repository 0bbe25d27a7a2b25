"use strict";

// Arguments of every type in every position.

const GOOD = {
  createCognitoUser: ["theseus", "Labyrinth1", "theseus@example.com", "+14155550100"],
  login: ["theseus", "Labyrinth1"],
  fetchUserByUsername: ["theseus"],
};

const NAMES = {
  createCognitoUser: ["user name", "password", "e-mail", "phone number"],
  login: ["user name", "password"],
  fetchUserByUsername: ["user name"],
};

const VALUES = {
  undefined: () => undefined,
  null: () => null,
  "a number": () => 5,
  "a bigint": () => 5n,
  true: () => true,
  "a symbol": () => Symbol("five"),
  "an object": () => ({}),
  "an array": () => ["theseus"],
  "a function": () => () => "theseus",
  "a Buffer": () => Buffer.from("theseus"),
  "a Date": () => new Date(0),
  "a String object": () => new String("theseus"),
  "an object without a prototype": () => Object.create(null),
  "an object whose toString throws": () => ({
    toString() {
      throw new Error("toString");
    },
  }),
  "": () => "",
};

const MISSING = ["undefined", "null"];
const isOptional = (call, position) => call === "createCognitoUser" && position >= 2;

function* wrongTypes() {
  for (const [call, good] of Object.entries(GOOD)) {
    for (const position of good.keys()) {
      for (const [name, value] of Object.entries(VALUES)) {
        yield {
          name: `${call}: ${name || "an empty string"} as the ${NAMES[call][position]}`,
          play: (auth) => auth[call](...good.with(position, value())),
          ...(isOptional(call, position) &&
            MISSING.includes(name) && {
              differs: ["attribute-without-value", { kind: "resolves" }],
            }),
        };
      }
    }
  }
}

const CALLS = {
  "createCognitoUser()": (auth) => auth.createCognitoUser(),
  "createCognitoUser(name)": (auth) => auth.createCognitoUser("theseus"),
  "createCognitoUser(…) with a fifth": (auth) =>
    auth.createCognitoUser(...GOOD.createCognitoUser, "more"),
  "createCognitoUser(5, 5, 5, 5)": (auth) => auth.createCognitoUser(5, 5, 5, 5),
  "createCognitoUser(null, 5, {}, [])": (auth) => auth.createCognitoUser(null, 5, {}, []),
  "createCognitoUser(…), detached": ({ createCognitoUser }) =>
    createCognitoUser(...GOOD.createCognitoUser),
  "login()": (auth) => auth.login(),
  "login(name)": (auth) => auth.login("theseus"),
  "login(…) with a third": (auth) => auth.login("theseus", "Labyrinth1", "more"),
  "login({}, [])": (auth) => auth.login({}, []),
  "fetchUserByUsername()": (auth) => auth.fetchUserByUsername(),
  "fetchUserByUsername(…) with a second": (auth) => auth.fetchUserByUsername("theseus", "more"),
};

const TEXTS = {
  emoji: "🧵🐂",
  "letters with marks of their own": "Ariádne\u0301",
  "right to left": "تيسيوس",
  "blanks around": "  theseus  ",
  "a NUL and a line break": "the\0se\nus",
  "quotes, a backslash and a tag": '"\\<b>\u2028',
  "128 characters": "x".repeat(128),
  "10,000 characters": "x".repeat(10_000),
};

function* texts() {
  for (const [name, text] of Object.entries(TEXTS)) {
    yield {
      name: `createCognitoUser: ${name} everywhere`,
      play: (auth) => auth.createCognitoUser(text, text, text, text),
    };
    yield {
      name: `fetchUserByUsername: ${name}`,
      play: (auth) => auth.fetchUserByUsername(text),
    };
  }
}

const refused = { reason: "invalid-argument", code: "InvalidParameterType" };

module.exports = [
  ...wrongTypes(),
  ...Object.entries(CALLS).map(([name, play]) => ({ name, play })),
  ...texts(),
  {
    name: "login: a lone surrogate in the password",
    play: (auth) => auth.login("theseus", "Labyrinth1\ud800"),
    differs: ["odd-text", refused],
  },
  {
    name: "fetchUserByUsername: 70,000 characters",
    play: (auth) => auth.fetchUserByUsername("x".repeat(70_000)),
    differs: ["odd-text", refused],
  },
];
