"use strict";

// What the application's users may send. Every function returns the fields that it knows, and nothing else.

// The longest address that SMTP can carry (RFC 5321, section 4.5.3.1.3). It also bounds the work of the pattern.
const MAX_EMAIL_LENGTH = 254;
const EMAIL = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;
const HEAPS = ["heap1", "heap2", "heap3"];

function requireObject(body) {
  if (body === null || typeof body !== "object" || Array.isArray(body)) {
    throw new Error("The request body must be a JSON object");
  }
}

function requireText(body, field, min, max) {
  requireObject(body);
  const value = body[field];
  if (value === undefined || value === null || value === "") {
    throw new Error(`"${field}" is required`);
  }
  if (typeof value !== "string") {
    throw new Error(`"${field}" must be a string`);
  }
  if (value.length < min || value.length > max) {
    throw new Error(`"${field}" must be ${min} to ${max} characters long`);
  }
  return value;
}

function validateNewUser(body) {
  const username = requireText(body, "username", 4, 20);
  const password = requireText(body, "password", 8, 20);
  const email = requireText(body, "email", 3, MAX_EMAIL_LENGTH);
  if (!EMAIL.test(email)) {
    throw new Error('"email" must be an e-mail address');
  }
  const phoneNumber = requireText(body, "phoneNumber", 4, 20);
  return { username, password, email, phoneNumber };
}

function validateLogin(body) {
  return {
    username: requireText(body, "username", 4, 20),
    password: requireText(body, "password", 8, 20),
  };
}

function validateNewGame(body) {
  return { opponent: requireText(body, "opponent", 4, 20) };
}

function validateMove(body) {
  requireObject(body);
  const { changedHeap, changedHeapValue } = body;
  if (!HEAPS.includes(changedHeap)) {
    throw new Error(`"changedHeap" must be one of ${HEAPS.join(", ")}`);
  }
  if (!Number.isInteger(changedHeapValue) || changedHeapValue < 0) {
    throw new Error('"changedHeapValue" must be a whole number, 0 or more');
  }
  return { changedHeap, changedHeapValue };
}

module.exports = { validateNewUser, validateLogin, validateNewGame, validateMove };
