"use strict";

// The examples that protect routes. Each starts a server with the example's code in it, and returns the ways to ask it.

const http = require("node:http");
const { createAuth } = require("cognito-auth-native");
const { asking, headersWith, summary } = require("./asking.cjs");
const { auth, listening, runCode, runModule, serveFetch } = require("./common.cjs");

async function node([code]) {
  const { serve } = await runCode(code, { require }, ["serve"]);
  return [asking(await listening(http.createServer(serve)))];
}

const express = (name) => async (blocks) => {
  const app = require(name)();
  await runCode(blocks.join("\n"), { app, createAuth });
  const url = await listening(http.createServer(app));
  return [asking(url), asking(url, "/orders")];
};

async function readme([code]) {
  const app = require("express")();
  await runCode(code, { app, require });
  return [asking(await listening(http.createServer(app)), "/games")];
}

async function fastify([code]) {
  const app = require("fastify")();
  await runCode(code, { app, auth });
  app.get("/me", async (request) => request.auth.claims);
  const url = await app.listen({ port: 0, host: "127.0.0.1" });
  const inject = async (token) => {
    const { statusCode, headers, body } = await app.inject({
      url: "/me",
      headers: headersWith(token),
    });
    return summary(statusCode, headers["www-authenticate"], body);
  };
  return [asking(url), inject];
}

async function hono([code]) {
  const { Hono } = require("hono");
  const app = new Hono();
  await runCode(code, { app, auth });
  app.get("/me", (c) => c.json(c.get("claims")));
  return [asking(await serveFetch(app.fetch))];
}

async function koa([code]) {
  const Koa = require("koa");
  const app = new Koa();
  await runCode(code, { app, auth });
  app.use((ctx) => {
    ctx.body = ctx.state.claims;
  });
  return [asking(await listening(http.createServer(app.callback())))];
}

async function fetchHandler([code]) {
  const { GET } = await runModule(code);
  return [asking(await serveFetch(GET))];
}

/** Events of a REST API and of an HTTP API. */
async function lambda([code]) {
  const { handler } = await runModule(code);
  const asEvent = (eventFor) => async (token) => {
    const { statusCode, headers, body } = await handler(eventFor(headersWith(token)));
    return summary(statusCode, headers?.["www-authenticate"], body);
  };
  return [
    asEvent((headers) => ({ httpMethod: "GET", path: "/me", headers })),
    asEvent((headers) => ({
      version: "2.0",
      rawPath: "/me",
      headers,
      requestContext: { http: { method: "GET" } },
    })),
  ];
}

async function nest([middleware, guard]) {
  const { HttpException } = require("@nestjs/common");
  const { makeNestApp } = require("./nest.cjs");
  const answer = (request) => request.auth.claims;
  const first = await makeNestApp(answer);
  await runCode(middleware, { app: first, auth });
  const second = await makeNestApp(answer);
  const { AuthGuard } = await runCode(guard, { HttpException, auth }, ["AuthGuard"]);
  second.useGlobalGuards(new AuthGuard());
  return Promise.all(
    [first, second].map(async (app) => {
      await app.listen(0, "127.0.0.1");
      return asking(`http://127.0.0.1:${app.getHttpServer().address().port}`);
    }),
  );
}

async function yoga([code]) {
  const { createSchema, createYoga } = require("graphql-yoga");
  const schema = createSchema({
    typeDefs: "type Query { sub: String }",
    resolvers: { Query: { sub: (_parent, _values, { claims }) => claims?.sub } },
  });
  const { yoga: handler } = await runCode(code, { auth, createYoga, schema }, ["yoga"]);
  const url = await listening(http.createServer(handler));
  const init = {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ query: "{ sub }" }),
  };
  return [
    async (token) => {
      const response = await fetch(`${url}/graphql`, {
        ...init,
        headers: { ...init.headers, ...headersWith(token) },
      });
      const { data, ...rest } = await response.json();
      const body = JSON.stringify({ ...rest, sub: data?.sub ?? undefined });
      return summary(response.status, response.headers.get("www-authenticate"), body);
    },
  ];
}

async function trpc([code]) {
  const { TRPCError, initTRPC } = require("@trpc/server");
  const { createHTTPServer } = require("@trpc/server/adapters/standalone");
  const t = initTRPC.context().create({ isDev: false });
  const scope = { TRPCError, auth, t };
  const { protectedProcedure } = await runCode(code, scope, ["protectedProcedure"]);
  const router = t.router({ me: protectedProcedure.query(({ ctx }) => ctx.claims) });
  const server = createHTTPServer({ router, createContext: ({ req }) => ({ req }) });
  const url = await listening(server);
  return [
    async (token) => {
      const response = await fetch(`${url}/me`, { headers: headersWith(token) });
      const { result, error } = await response.json();
      const body = JSON.stringify(result?.data ?? { message: error.message });
      return summary(response.status, response.headers.get("www-authenticate"), body);
    },
  ];
}

module.exports = {
  express: express("express"),
  "express-4": express("express-4"),
  "fetch-handler": fetchHandler,
  fastify,
  hono,
  koa,
  lambda,
  nest,
  node,
  readme,
  trpc,
  yoga,
};
