// As an ES module sees the package: the default import is the whole.

import auth, { createAuth, login } from "cognito-auth-native";
import { expectTypeOf } from "expect-type";

expectTypeOf(auth.login).toEqualTypeOf(login);
expectTypeOf(auth.createAuth).toEqualTypeOf(createAuth);
