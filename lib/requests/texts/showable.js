"use strict";

// Which texts of Cognito may be shown to an application's users. One may have words of a Lambda trigger in it, and of a library
// that the trigger uses: an ARN, a URL, a host, a path, an address, an account's or a request's id. So the rule is positive: all
// that stands between two blanks must be a word, a number, a date or a time. One word of letters alone cannot be told from the
// name of a host: those stand in messages of the system and of SDKs, which are known by words that no sentence has.

const { errno } = require("node:os").constants;

/** Characters of a text. */
const LONGEST_TEXT = 300;

const CJK = String.raw`\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}ー`;

/**
 * What is done to a text before it is looked at, in this order.
 *
 * @type {readonly (readonly [RegExp, string])[]}
 */
const BEFORE = [
  // A full stop in these scripts ends a sentence; behind a Latin letter it is that of a host, as browsers read it.
  [new RegExp(`(?<=[${CJK}」』》〉】）])[、。，：；！？・…]`, "gu"), " "],
  [/[「」『』《》〈〉【】（）]/gu, " "],
];
/** @type {readonly (readonly [RegExp, string])[]} */
const AFTER = [
  // Between words and figures they have no blanks.
  [new RegExp(String.raw`(?<=[${CJK}])(?=\w)|(?<=\w)(?=[${CJK}])`, "gu"), " "],
  // Persian parts syllables by it.
  [/(?<=\p{Script=Arabic})\u200c(?=\p{Script=Arabic})/gu, ""],
  // "character(s)"
  [/(?<=\p{L})\(\p{L}{1,3}\)/gu, ""],
];

const OPENING = /^["'“”„‚‘’«»‹›([{¿¡*–—\p{Emoji_Presentation}-]+/u;
const CLOSING = /["'“”„‚‘’«»‹›)\]}.,;:!?%°*…。।؟،؛–—\p{Emoji_Presentation}-]+$/u;

const LETTERS = String.raw`\p{L}[\p{L}\p{M}]*`;
const HYPHENED = `${LETTERS}(?:['’·‐-]${LETTERS}){0,3}`;
const DIGIT = String.raw`\p{Nd}`;

/** @type {(...parts: string[]) => RegExp} */
const whole = (...parts) => new RegExp(`^(?:${parts.join("|")})$`, "u");

const WORD = whole(HYPHENED);
/** What else may stand between two blanks, without the punctuation around it. */
const OTHER = whole(
  "",
  String.raw`[&\p{Sc}]`,
  // e.g. and z.B.
  String.raw`(?:\p{L}\.)+\p{L}?`,
  // The names of standard attributes.
  "(?:given|family|middle|preferred_user)_?name|phone_number|(?:email|phone_number)_verified",
  // 6-digit
  `${DIGIT}{1,3}-${HYPHENED}`,
  // 5, $1,000.5, v2.0.1, 9€ and 20MB: three groups of digits, for an IP address has four
  String.raw`[vV\p{Sc}]?${DIGIT}{1,6}(?:[.,'’٫٬]${DIGIT}{1,6}){0,2}(?:\p{L}{0,3}|\p{Sc})`,
  // 8-64 and 24/7
  `${DIGIT}{1,6}[‐–/-]${DIGIT}{1,6}`,
  // 26.11.2026, 11/26/2026, 2026-11-26 and 2026-11-26T15:30:00Z
  String.raw`${DIGIT}{1,2}([./-])${DIGIT}{1,2}\1${DIGIT}{2,4}`,
  `${DIGIT}{4}-${DIGIT}{2}-${DIGIT}{2}(?:T${DIGIT}{2}:${DIGIT}{2}(?::${DIGIT}{2})?Z?)?`,
  // 15:30, 3:30pm and 15h30
  String.raw`${DIGIT}{1,2}[:h]${DIGIT}{2}(?::${DIGIT}{2})?(?:[ap]\.?m|h)?`,
);

/** As many digits as an account's id has, also with blanks or hyphens among them. */
const LONG_NUMBER = /\p{Nd}(?:[ .,'’-]?\p{Nd}){11}/u;

/** Words longer than any that are spoken, and ids of letters alone. */
const NO_WORD =
  /[A-Z]{16}|[A-Za-z]{41}|(?:\p{Ll}\p{Lu}.*){4}|^(?=\p{Ll})(?:.*?\p{Ll}\p{Lu}){3}|\p{Ll}(?:Exception|Error)$|^(?:arn|localhost|getaddrinfo|tcp|udp)$/u;
/** As ENOENT, which a path follows. */
const SYSTEM_ERRORS = ["ENOTFOUND", ...Object.keys(errno)];

/** @type {(word: string) => boolean} */
const isSpoken = (word) => WORD.test(word) && !NO_WORD.test(word) && !SYSTEM_ERRORS.includes(word);

/** @type {(part: string) => boolean} */
function isHarmless(part) {
  const bare = part.replace(OPENING, "").replace(CLOSING, "");
  return OTHER.test(bare) || isSpoken(bare);
}

/** @type {(text: string, changes: readonly (readonly [RegExp, string])[]) => string} */
const changed = (text, changes) =>
  changes.reduce((before, { 0: pattern, 1: by }) => before.replace(pattern, by), text);

/**
 * Whether a text may be shown to an application's users.
 *
 * @type {(text: string) => boolean}
 */
function isShowable(text) {
  if (text.length > LONGEST_TEXT) return false;
  // Full-width letters and dots are what browsers and people read as plain ones.
  const plain = changed(changed(text, BEFORE).normalize("NFKC"), AFTER);
  return !LONG_NUMBER.test(plain) && plain.split(" ").every(isHarmless);
}

module.exports = { isShowable };
