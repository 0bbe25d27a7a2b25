"use strict";

// The requests of the case `server`: 16 connections that are kept, every token as often as every other.

const fs = require("node:fs");
const http = require("node:http");

const CONNECTIONS = 16;
const WARM_UP = 500;
const REQUESTS = 4_000;

const [port, file] = process.argv.slice(2);
const { tokens } = JSON.parse(fs.readFileSync(file, "utf8"));
const agent = new http.Agent({ keepAlive: true, maxSockets: CONNECTIONS });
let sent = 0;

function request() {
  const headers = { authorization: tokens[sent++ % tokens.length] };
  return new Promise((resolve, reject) => {
    http
      .get({ host: "127.0.0.1", port, agent, headers }, (response) => {
        if (response.statusCode !== 200) reject(new Error(`status ${response.statusCode}`));
        response.resume().on("end", resolve);
      })
      .on("error", reject);
  });
}

async function send(count) {
  let left = count;
  const lane = async () => {
    while (left-- > 0) await request();
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, lane));
}

async function main() {
  await send(WARM_UP);
  process.send({});
  process.once("message", async () => {
    await send(REQUESTS);
    process.send({ requests: REQUESTS });
  });
}

main();
