"use strict";

// Which texts of Cognito and of Lambda triggers answerTo shows: sentences, and nothing with an address, a path or an id in it.

const { AuthError, answerTo } = require("../..");

const shownFor = (message) => {
  const error = Object.assign(new AuthError(message), { reason: "rejected-by-trigger" });
  return JSON.parse(answerTo(error).body).message;
};
const FIXED = shownFor("");
const TRIGGER = "PreSignUp failed with error ";

const SHOWN = [
  // Cognito's own
  "User already exists",
  "An account with the given email already exists.",
  "Password did not conform with policy: Password not long enough",
  "Password did not conform with policy: Password must have symbol characters",
  "Attributes did not conform to the schema: phone_number: The attribute is required",
  "1 validation error detected: Value at 'password' failed to satisfy constraint: Member must have length greater than or equal to 6",
  "Invalid phone number format.",
  "VerifyAuthChallengeResponse failed with error Wrong answer.",
  // English
  "Only employees may register.",
  "Use letters, e.g. a to z, and one of them twice (i.e. “aa”)!",
  "Version v2.0 of the app is required; 3.5 GB are free, and 20MB needed.",
  "You're blocked until 2026-11-26, 3:30pm: 5 attempts failed in 24 hours…",
  "Please enter the 6-digit code. Only 8-64 character(s) are allowed [1].",
  "O'Neil's account: $1,000.50 & 100 %, or 10 000 € – 24/7",
  "The U.S.A. only: up-to-date sign-in, from 2026-11-26T15:30:00Z",
  "Welcome 🎉",
  // Other languages
  "Die Filiale in der Müller-Straße öffnet am 26.11.2026 um 9:30 Uhr – bitte z. B. dort, d.h. „vor Ort“, anmelden!",
  "L’adresse n’est pas valide : réessayez « demain » à 15h30.",
  "¿Está seguro? ¡Inténtelo el 26/11/2026!",
  "A conta não está ativa: tente mais tarde, às 9h.",
  "Şifre çok kısa: İstanbul şubesine gidin.",
  "Twoje hasło jest za krótkie (min. 8 znaków).",
  "Пароль слишком короткий, т.е. меньше 8 знаков.",
  "Ο κωδικός είναι λάθος;",
  "パスワードは8文字以上にしてください。もう一度「OK」を押してください！",
  "密码太短（至少8位），请重试。错误：不正确",
  "비밀번호는 8자 이상이어야 합니다.",
  "الرجاء المحاولة مرة أخرى لاحقاً، شكراً؟",
  "نمی\u200cتوانید وارد شوید",
  "רק עובדים יכולים להירשם.",
  "नाम बहुत छोटा है।",
  "กรุณาลองอีกครั้ง",
];

/** Parts that make a text one that is not shown. */
const HIDDEN = {
  "an ARN": [
    "arn:aws:iam::123456789012:user/x",
    "arn",
    "ARN:aws",
    "arn%3Aaws%3Aiam",
    "ａｒｎ：ａｗｓ：ｉａｍ",
  ],
  "a URL": [
    "https://internal.example.com/x",
    "http:\\/\\/evil",
    "//x",
    "s3://bucket",
    "file:/x",
    "mailto:x",
    "hxxp:host:80",
  ],
  "a host": [
    "db.internal",
    "evil.com.",
    "evil .com",
    "evil．com",
    "internal。example。com",
    "例え.テスト",
    "例え．テスト",
    "тест.рф",
    "réseau.été",
    "a\u200b.b\u200b.com",
    "localhost",
    "localhost.",
    "db:5432",
    "web01",
    "ip-10-0-0-5",
    "x@y",
    "theseus@example.com",
    "ENOTFOUND redis-master",
    "getaddrinfo redis-master",
    "ECONNREFUSED redis",
    "UnknownHostException: redis",
    "tcp: redis",
  ],
  "a key, and the start of a token": ["secret_key_of_x", "eyJhbGciOi", "wJalrXUtnFEMI"],
  "a path": [
    "/",
    "/secret",
    "'/var/task/index'",
    "open /etc/passwd",
    "etc/passwd",
    "%2Fetc%2Fpasswd",
    "~/x",
    "./x",
    "a//b",
    "C:\\x",
    "\\\\host",
    "ENOENT secrets",
    "index.js",
  ],
  "an IP address": [
    "10.0.0.5",
    "10.0.0.5.",
    "(10.0.0.5:5432)",
    "１０．０．０．５",
    "::1",
    "[::1]:5432",
    "fe80::1",
    "2001:db8::1",
    "fd12:3456:789a:1:2:3:4:5",
    "0x7f000001",
    "2130706433",
    "00:1a:2b:3c:4d:5e",
  ],
  "an id": [
    "123456789012",
    "1234-5678-9012",
    "1234 5678 9012",
    "１２３４５６７８９０１２",
    "0f8fad5b-d9cb-469f-a165-70867728950e",
    "abcdefab-cdef-abcd-efab-cdefabcdefab",
    "1-5759e988-bd862e3fe1be46a994272793",
    "JKJaXmPLvHcESHA=",
    "JKJaXmPLvHcESHA",
    "AKIAIOSFODNN7EXAMPLE",
    "AKIAIOSFODNNEXAMPLE",
    "us-east-1",
    "us-east-1_AbCdEfGhI",
    "i-0abcdef",
    "eyJraWQiOiJ4.eyJzdWIi.c2ln",
    "x".repeat(41),
  ],
  "what no sentence has": [
    "key=value",
    "<script>alert(1)</script>",
    '{"message":"x"}',
    "`x`",
    "a|b",
    "$HOME",
    "a\nb",
    "a\tb",
    "a\u2028b",
    "a\u202eb",
    "a\u00adb",
    "a\ud800b",
    "x ".repeat(200),
  ],
};

test.each(SHOWN)("is shown: %s", (text) => {
  for (const message of [
    text,
    `${TRIGGER}${text}`,
    `${text}\n`,
    `"${text}" ${text.slice(0, 20)}`,
  ]) {
    if (message.length <= 300) expect(shownFor(message)).toBe(message.trim());
  }
});

describe.each(Object.entries(HIDDEN))("%s is not shown", (_name, parts) => {
  test.each(parts)("%j", (part) => {
    for (const message of [
      part,
      `${TRIGGER}${part}`,
      `Sorry: ${part}, try again.`,
      `(“${part}”)`,
    ]) {
      expect(shownFor(message)).toBe(FIXED);
    }
  });
});
