"use strict";

// A certificate authority of the tests' own, and what it signs.

const { generate } = require("selfsigned");

const YEAR_MS = 365 * 24 * 3_600 * 1_000;
const ADDRESS = { name: "subjectAltName", altNames: [{ type: 7, ip: "127.0.0.1" }] };
const ELSEWHERE = { name: "subjectAltName", altNames: [{ type: 2, value: "other.example" }] };
const USE = [
  { name: "basicConstraints", cA: false },
  { name: "extKeyUsage", serverAuth: true },
];

const subject = (commonName) => [{ name: "commonName", value: commonName }];
const options = { keyType: "ec", algorithm: "sha256" };

const makeAuthority = (name) =>
  generate(subject(name), {
    ...options,
    extensions: [
      { name: "basicConstraints", cA: true, critical: true },
      { name: "keyUsage", keyCertSign: true, cRLSign: true, critical: true },
    ],
  });

/** As `openssl req -x509` makes one: signed by itself, and a CA. */
const makeSelfSigned = async () => {
  const extensions = [{ name: "basicConstraints", cA: true, critical: true }, ADDRESS];
  const { private: key, cert } = await generate(subject("service"), { ...options, extensions });
  return { key, cert };
};

const makeCertificate = async (authority, { alternative = ADDRESS, ...validity } = {}) => {
  const { private: key, cert } = await generate(subject("service"), {
    ...options,
    ...validity,
    ca: { key: authority.private, cert: authority.cert },
    extensions: alternative ? [...USE, alternative] : USE,
  });
  return { key, cert };
};

/**
 * `ca`, in PEM, which signed `good`, `expired`, `elsewhere` (another host's), `nameless` (without subjectAltName) and, if
 * there are `names`, `named` (for these hosts), but not `foreign` and `selfSigned`.
 */
async function makeCertificates({ names = [] } = {}) {
  const [authority, stranger] = await Promise.all([makeAuthority("Ours"), makeAuthority("Theirs")]);
  const hosts = { name: "subjectAltName", altNames: names.map((value) => ({ type: 2, value })) };
  const [good, foreign, expired, elsewhere, nameless, selfSigned, named] = await Promise.all([
    makeCertificate(authority),
    makeCertificate(stranger),
    makeCertificate(authority, {
      notBeforeDate: new Date(Date.now() - 2 * YEAR_MS),
      notAfterDate: new Date(Date.now() - YEAR_MS),
    }),
    makeCertificate(authority, { alternative: ELSEWHERE }),
    makeCertificate(authority, { alternative: null }),
    makeSelfSigned(),
    names.length > 0 ? makeCertificate(authority, { alternative: hosts }) : undefined,
  ]);
  const { cert: ca } = authority;
  return { ca, good, foreign, expired, elsewhere, nameless, selfSigned, named };
}

module.exports = { makeCertificates };
