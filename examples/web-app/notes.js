"use strict";

const MAX_NOTES = 20;
const MAX_LENGTH = 200;

/** The users' notes, kept in memory. A user is known by `sub`: a user name can be given to somebody else later. */
function createNotes() {
  const notes = new Map();
  const of = (sub) => notes.get(sub) ?? [];

  return {
    of,

    /** Returns what is wrong with the text, or null. */
    add(sub, text) {
      if (typeof text !== "string" || text.trim() === "" || text.length > MAX_LENGTH) {
        return `A note is a text of 1 to ${MAX_LENGTH} characters.`;
      }
      notes.set(sub, [...of(sub), text.trim()].slice(-MAX_NOTES));
      return null;
    },

    /** The user's account is deleted. */
    remove(sub) {
      notes.delete(sub);
    },
  };
}

module.exports = { createNotes };
