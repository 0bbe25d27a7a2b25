"use strict";

// The error handlers: each application signs a user in, whose name is sent in place of a token, and its sign-in fails.

const http = require("node:http");
const { AuthError, answerTo } = require("cognito-auth-native");
const { asking, summary } = require("./asking.cjs");
const { auth, listening, runCode, runModule, serveFetch } = require("./common.cjs");

const signIn = (authorization) => auth.login(authorization.replace("Bearer ", ""), "Labyrinth1");
const NAMES = { AuthError, answerTo };

/** The first block is the sign-in; the others show the table and an option. */
async function node([code]) {
  const server = http.createServer(({ headers }, response) => {
    const username = headers.authorization.replace("Bearer ", "");
    runCode(code, { require, response, username, password: "Labyrinth1" });
  });
  return [asking(await listening(server))];
}

async function express([code]) {
  const app = require("express")();
  app.get("/me", async (request, response) => {
    response.json(await signIn(request.headers.authorization));
  });
  await runCode(code, { app, ...NAMES });
  return [asking(await listening(http.createServer(app)))];
}

async function fastify([code]) {
  const app = require("fastify")();
  await runCode(code, { app, ...NAMES });
  app.get("/me", (request) => signIn(request.headers.authorization));
  return [asking(await app.listen({ port: 0, host: "127.0.0.1" }))];
}

async function koa([code]) {
  const Koa = require("koa");
  const app = new Koa();
  await runCode(code, { app, ...NAMES });
  app.use(async (ctx) => {
    ctx.body = await signIn(ctx.get("authorization"));
  });
  return [asking(await listening(http.createServer(app.callback())))];
}

async function hono([code]) {
  const { Hono } = require("hono");
  const app = new Hono();
  await runCode(code, { app, ...NAMES });
  app.get("/me", async (c) => c.json(await signIn(c.req.header("authorization"))));
  return [asking(await serveFetch(app.fetch))];
}

async function nest([code]) {
  const { Catch } = require("@nestjs/common");
  const { makeNestApp } = require("./nest.cjs");
  const app = await makeNestApp((request) => signIn(request.headers.authorization));
  await runCode(code, { app, Catch, ...NAMES });
  await app.listen(0, "127.0.0.1");
  return [asking(`http://127.0.0.1:${app.getHttpServer().address().port}`)];
}

/** The README's sign-in answers its own errors. */
async function readme([code]) {
  const express = require("express");
  const app = express();
  app.use(express.json());
  await runCode(code, { app, require });
  const url = await listening(http.createServer(app));
  return [
    (username) => {
      const body = JSON.stringify({ username, password: "Labyrinth1" });
      const headers = { "content-type": "application/json" };
      return asking(url, "/login", { method: "POST", headers, body })(null);
    },
  ];
}

async function lambda([code]) {
  const { handler } = await runModule(code);
  return [
    async (username) => {
      const event = { body: JSON.stringify({ username, password: "Labyrinth1" }) };
      const { statusCode, headers, body } = await handler(event, {
        getRemainingTimeInMillis: () => 20_000,
      });
      return summary(statusCode, headers["www-authenticate"], body, headers["retry-after"]);
    },
  ];
}

module.exports = {
  "express-errors": express,
  "fastify-errors": fastify,
  "hono-errors": hono,
  "koa-errors": koa,
  "lambda-errors": lambda,
  "nest-errors": nest,
  "node-errors": node,
  "readme-errors": readme,
};
