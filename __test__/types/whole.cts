// As CommonJS sees the package: `require` gives the whole.

import auth = require("cognito-auth-native");

import { expectTypeOf } from "expect-type";

const { login } = auth;
expectTypeOf(login).toEqualTypeOf(auth.login);
expectTypeOf(auth.createAuth().verifyToken).returns.resolves.toEqualTypeOf<auth.IdTokenClaims>();
