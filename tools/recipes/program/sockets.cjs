"use strict";

// The examples for connections: ws and Socket.IO.

const http = require("node:http");
const { headersWith, summary } = require("./asking.cjs");
const { auth, listening, runCode } = require("./common.cjs");

async function ws([code]) {
  const { WebSocket, WebSocketServer } = require("ws");
  const server = http.createServer();
  const scope = { ServerResponse: http.ServerResponse, WebSocketServer, auth, server };
  const { wss } = await runCode(code, scope, ["wss"]);
  wss.on("connection", (socket, _request, claims) => socket.send(JSON.stringify(claims)));
  const url = (await listening(server)).replace("http:", "ws:");

  /** The answer to an upgrade; of an accepted one the first message. */
  const connect = (protocols, headers) =>
    new Promise((resolve, reject) => {
      const socket = new WebSocket(url, protocols, { headers });
      socket.once("error", reject);
      socket.once("message", (message) => {
        socket.close();
        const isChosen = protocols.length === 0 || socket.protocol === protocols[0];
        resolve(isChosen ? summary(101, null, `${message}`) : `sub-protocol ${socket.protocol}`);
      });
      socket.once("unexpected-response", (_request, response) => {
        let body = "";
        response.setEncoding("utf8").on("data", (text) => {
          body += text;
        });
        response.once("end", () =>
          resolve(summary(response.statusCode, response.headers["www-authenticate"], body)),
        );
      });
    });

  const twice = await connect(["bearer", "a.b.c"], headersWith("a.b.c"));
  if (twice.status !== 400) throw new Error(`two tokens: ${JSON.stringify(twice)}`);
  return [
    (token) => connect([], headersWith(token)),
    (token) => connect(token === null ? [] : ["bearer", token], {}),
  ];
}

/** Speaks Socket.IO's protocol over HTTP: https://socket.io/docs/v4/socket-io-protocol/ */
async function socketIo([code]) {
  const { Server } = require("socket.io");
  const server = http.createServer();
  const io = new Server(server);
  await runCode(code, { auth, io });
  io.on("connection", (socket) => socket.emit("claims", socket.data.claims));
  const url = await listening(server);

  const connect = async (payload, headers) => {
    const address = `${url}/socket.io/?EIO=4&transport=polling`;
    const read = async (session = "") => (await fetch(address + session, { headers })).text();
    const { sid } = JSON.parse((await read()).slice(1));
    const session = `&sid=${sid}`;
    const body = `40${payload === undefined ? "" : JSON.stringify(payload)}`;
    await fetch(address + session, { method: "POST", headers, body });
    let packets = "";
    while (!/4[24]/.test(packets)) packets += await read(session);
    const [, refusal] = /44(\{.*\})/.exec(packets) ?? [];
    if (refusal !== undefined) return summary(JSON.parse(refusal).data.status, null, "{}");
    return summary(200, null, JSON.stringify(JSON.parse(/42(\[.*\])/.exec(packets)[1])[1]));
  };

  const hostile = await connect({ token: { toString: 1 } }, {});
  if (hostile.status !== 401) throw new Error(`an object as token: ${JSON.stringify(hostile)}`);
  return [
    (token) => connect(undefined, headersWith(token)),
    (token) => connect(token === null ? undefined : { token }, {}),
  ];
}

module.exports = { "socket.io": socketIo, ws };
