"use strict";

// The servers of requests.js: in each framework ours, its peer, and one that verifies nothing. All answer GET / with the user's
// `sub`, and check what ours checks: by hand where a library has no option for it.

const http = require("node:http");
const { OURS } = require("./peers");

const NONE = "no verification";

function listen(listener) {
  const server = http.createServer(listener);
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => resolve(server.address().port));
  });
}

const ours = ({ settings, jwksUri }) => require("..").createAuth({ ...settings, jwksUri });

const isIdToken = ({ token_use: use }) => use === "id";

/** Starts a server of each framework: resolves to its port. `protect` is what the framework calls first. */
const FRAMEWORKS = {
  "node:http": ({ protect = (_request, _response, next) => next(), subOf }) =>
    listen((request, response) =>
      protect(request, response, () => {
        response.writeHead(200, { "content-type": "application/json" });
        response.end(JSON.stringify({ sub: subOf(request) }));
      }),
    ),

  Express({ protect = (_request, _response, next) => next(), subOf }) {
    const app = require("express")();
    app.use(protect);
    app.get("/", (request, response) => response.json({ sub: subOf(request) }));
    app.use((error, _request, response, _next) => {
      const { status = 500, headers = {}, message } = error;
      response.status(status).set(headers).json({ message });
    });
    return listen(app);
  },

  async Fastify({ protect = () => {}, subOf }) {
    const app = require("fastify")();
    await protect(app);
    app.get("/", async (request) => ({ sub: subOf(request) }));
    await app.listen({ port: 0, host: "127.0.0.1" });
    return app.server.address().port;
  },

  async Hono({ protect = () => {}, subOf }) {
    const { Hono } = await import("hono");
    const { serve } = await import("@hono/node-server");
    const app = new Hono();
    await protect(app);
    app.get("/", (c) => c.json({ sub: subOf(c) }));
    return new Promise((resolve) => {
      serve({ fetch: app.fetch, port: 0, hostname: "127.0.0.1" }, ({ port }) => resolve(port));
    });
  },
};

/** What runs in each framework, by the peer's name. Each gives `protect`, and where the user's `sub` is then. */
const PEERS = {
  "node:http": {
    [OURS]: (context) => ({
      protect: ours(context).middleware(),
      subOf: (request) => request.auth.claims.sub,
    }),
    "aws-jwt-verify by hand"({ settings: { userPoolId, clientId }, jwks }) {
      const { CognitoJwtVerifier } = require("aws-jwt-verify");
      const verifier = CognitoJwtVerifier.create({ userPoolId, tokenUse: "id", clientId });
      verifier.cacheJwks(jwks);
      return {
        async protect(request, response, next) {
          try {
            const [, token] = /^Bearer (\S+)$/.exec(request.headers.authorization);
            request.user = await verifier.verify(token);
          } catch {
            response.writeHead(401, { "www-authenticate": "Bearer" }).end();
            return;
          }
          next();
        },
        subOf: (request) => request.user.sub,
      };
    },
  },
  Express: {
    [OURS]: (context) => ({
      protect: ours(context).middleware(),
      subOf: (request) => request.auth.claims.sub,
    }),
    "express-oauth2-jwt-bearer"({ settings: { clientId }, issuer, jwksUri }) {
      const { auth } = require("express-oauth2-jwt-bearer");
      const protect = auth({
        issuer,
        jwksUri,
        audience: clientId,
        tokenSigningAlg: "RS256",
        validators: { token_use: (value) => value === "id" },
      });
      return { protect, subOf: (request) => request.auth.payload.sub };
    },
  },
  Fastify: {
    [OURS](context) {
      const auth = ours(context);
      return {
        protect(app) {
          app.decorateRequest("auth", null);
          app.addHook("onRequest", async (request, reply) => {
            const who = await auth.authenticate(request);
            if (!who.ok) return reply.code(who.status).headers(who.headers).send(who.body);
            request.auth = who;
          });
        },
        subOf: (request) => request.auth.claims.sub,
      };
    },
    "@fastify/jwt with get-jwks": ({ settings: { clientId }, issuer, jwksUri }) => ({
      async protect(app) {
        // The keys of the local server, whatever issuer a token names: fast-jwt checks the issuer.
        const { origin, pathname } = new URL(jwksUri);
        const getJwks = require("get-jwks")({ jwksPath: pathname });
        await app.register(require("@fastify/jwt"), {
          decode: { complete: true },
          secret: (_request, { header: { kid, alg } }) =>
            getJwks.getPublicKey({ kid, alg, domain: origin }),
          verify: { algorithms: ["RS256"], allowedIss: issuer, allowedAud: clientId },
          trusted: (_request, claims) => isIdToken(claims),
        });
        app.addHook("onRequest", async (request) => {
          await request.jwtVerify();
        });
      },
      subOf: (request) => request.user.sub,
    }),
  },
  Hono: {
    [OURS](context) {
      const auth = ours(context);
      return {
        protect(app) {
          app.use(async (c, next) => {
            const who = await auth.authenticate(c.req.raw);
            if (!who.ok) return new Response(who.body, who);
            c.set("claims", who.claims);
            await next();
          });
        },
        subOf: (c) => c.get("claims").sub,
      };
    },
    "hono/jwk": ({ settings: { clientId }, issuer, jwks: { keys } }) => ({
      async protect(app) {
        const { jwk } = await import("hono/jwk");
        // With `jwks_uri` it would fetch the keys for each request.
        app.use(jwk({ keys, alg: ["RS256"], verification: { iss: issuer, aud: clientId } }));
        app.use(async (c, next) => {
          if (!isIdToken(c.get("jwtPayload"))) return c.text("Unauthorized", 401);
          await next();
        });
      },
      subOf: (c) => c.get("jwtPayload").sub,
    }),
  },
};

const SERVERS = Object.entries(PEERS).flatMap(([framework, peers]) => [
  { framework, peer: NONE, make: ({ sub }) => ({ subOf: () => sub }) },
  ...Object.entries(peers).map(([peer, make]) => ({ framework, peer, make })),
]);

/** The server of a framework and a peer: resolves to its port. */
async function startServer({ framework, peer }, context) {
  const { make } = SERVERS.find((one) => one.framework === framework && one.peer === peer);
  return FRAMEWORKS[framework](make(context));
}

/** A server in a process of its own: it says its port, and on every message its CPU time so far, in µs. */
function serve() {
  process.once("message", async ({ server, context }) => {
    const port = await startServer(server, context);
    process.on("message", () => {
      const { user, system } = process.cpuUsage();
      process.send({ cpu: user + system });
    });
    process.send({ port });
  });
  process.once("disconnect", () => process.exit());
}

if (require.main === module) serve();

module.exports = { NONE, SERVERS };
