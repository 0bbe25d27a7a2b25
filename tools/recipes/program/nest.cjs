"use strict";

// An application on NestJS with the route /me, without TypeScript's decorators.

require("reflect-metadata");
const { Controller, Get, Module, Req } = require("@nestjs/common");
const { NestFactory } = require("@nestjs/core");

/** `answer` makes the route's answer of the request. */
function makeNestApp(answer) {
  class Me {
    me(request) {
      return answer(request);
    }
  }
  Controller("me")(Me);
  Get()(Me.prototype, "me", Object.getOwnPropertyDescriptor(Me.prototype, "me"));
  Req()(Me.prototype, "me", 0);
  class App {}
  Module({ controllers: [Me] })(App);
  return NestFactory.create(App, { logger: false });
}

module.exports = { makeNestApp };
