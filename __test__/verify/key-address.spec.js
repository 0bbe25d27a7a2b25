"use strict";

// The application may show an error's message to its users: no message says where the keys are, whatever is the matter with
// them. The operator finds the address in `cause`.

const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");
const { createAuth } = require("../..");
const { FAULTS } = require("../../tools/faults/faults.js");
const { onServer } = require("../../tools/faults/play.js");
const { makeCertificates } = require("../../tools/certificates.js");
const { useEnvironment } = require("../support/environment.js");
const { closedPort, settled } = require("../../tools/outcomes.js");
const { startServiceServer } = require("../../tools/testing/service-server.js");
const { CLIENT, POOL, idClaims, sign } = require("../../tools/testing/tokens.js");

const token = (kid) => sign({ payload: idClaims(), ...(kid && { header: { kid } }) });

/** Everything that can fetch keys, each with an Auth whose keys nothing has fetched yet, then during the pause. */
async function errorsOf(auth) {
  const outcomes = [
    ...(await Promise.all([
      settled(auth.verifyToken(token())),
      settled(auth.verify(token("unknown"))),
      settled(auth.ready()),
    ])),
    await settled(auth.verifyToken(token())),
    await settled(auth.ready()),
  ];
  return outcomes.flatMap(({ error }) => error ?? []);
}

/** The parts of the address that a message shows. */
function partsIn({ message }, address) {
  const { host, hostname, port } = new URL(address);
  const parts = [host, hostname, `:${port || 443}`, `port ${port}`, "://", "jwks", POOL];
  return parts.filter((part) => message.includes(part));
}

let folder;
let restoreEnvironment;
let played;

beforeAll(async () => {
  const certificates = await makeCertificates();
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "cognito-auth-native-address-"));
  const file = path.join(folder, "ca.pem");
  fs.writeFileSync(file, certificates.ca);
  restoreEnvironment = useEnvironment({ NODE_EXTRA_CA_CERTS: file });
  const playFault = (fault) =>
    onServer(fault, certificates, async ({ auth, endpoint }) => [
      fault.name,
      { endpoint, errors: await errorsOf(auth()) },
    ]);
  played = new Map(await Promise.all(FAULTS.map(playFault)));
}, 60_000);

afterAll(() => {
  restoreEnvironment();
  fs.rmSync(folder, { recursive: true, force: true });
});

test.each(FAULTS.map(({ name }) => name))("%s: the address is in the cause alone", (name) => {
  const { endpoint, errors } = played.get(name);
  const unavailable = errors.filter(({ reason }) => reason === "keys-unavailable");
  for (const error of errors) {
    expect({ message: error.message, shows: partsIn(error, endpoint) }).toEqual({
      message: expect.stringMatching(/\S/),
      shows: [],
    });
  }
  for (const { cause } of unavailable) {
    expect(cause.message).toContain(`${endpoint}/${POOL}/.well-known/jwks.json`);
  }
});

test("most of the faults were met", () => {
  const met = [...played.values()].filter(({ errors }) =>
    errors.some(({ reason }) => reason === "keys-unavailable"),
  );
  expect(met.length).toBeGreaterThan(20);
});

test("no function that calls Cognito shows it either, with the keys at another address", async () => {
  const service = await startServiceServer();
  try {
    for (const operation of ["SignUp", "AdminInitiateAuth", "AdminGetUser"]) {
      service.always(operation, { status: 500, body: "" });
    }
    const jwksUri = `${await closedPort()}/jwks.json`;
    const auth = createAuth({ ...service.options, clientId: CLIENT, jwksUri });
    const outcomes = await Promise.all(
      [
        auth.login("theseus", "Labyrinth1"),
        auth.createCognitoUser("theseus", "Labyrinth1", "t@example.com", "+14155550100"),
        auth.fetchUserByUsername("theseus"),
        auth.verifyToken(token()),
      ].map((call) => settled(call)),
    );
    for (const { error } of outcomes) {
      const text = `${error.message} ${error.hint}`;
      expect(partsIn({ message: text }, jwksUri)).toEqual([]);
    }
  } finally {
    await service.stop();
  }
});

test("too many waiting tokens: the message of the refusal shows nothing of it", async () => {
  const service = await startServiceServer();
  try {
    service.always("GET", () => {});
    const auth = createAuth({ ...service.options, clientId: CLIENT });
    // More than may wait (limits::WAITING_FOR_KEYS).
    const calls = Array.from({ length: 1_100 }, () => settled(auth.verifyToken(token())));
    const errors = (await Promise.all(calls)).map(({ error }) => error);
    expect(errors.some(({ message }) => message.includes("too many tokens wait"))).toBe(true);
    for (const error of errors) expect(partsIn(error, service.endpoint)).toEqual([]);
  } finally {
    await service.stop();
  }
});
