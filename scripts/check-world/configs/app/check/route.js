import * as auth from "cognito-auth-native";
import check from "../../check.cjs";

// The default; on the Edge runtime there are no addons.
export const runtime = "nodejs";
export const dynamic = "force-dynamic";

export const GET = async () => Response.json(await check(auth));
