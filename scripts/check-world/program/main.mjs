import * as auth from "cognito-auth-native";
import check from "./check.cjs";

console.log(JSON.stringify(await check(auth)));
