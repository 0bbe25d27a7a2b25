import auth, { AuthError, createAuth, type Reason, verifyToken } from "cognito-auth-native";

const made = createAuth({ verify: { use: "access" } });

export async function subOf(token: string): Promise<string> {
  const { sub } = await verifyToken(token);
  const { client_id: client }: { client_id: string } = await made.verifyToken(token);
  return `${sub} ${client}`;
}

export const signIn: (username: string, password: string) => Promise<string> = auth.login;

export const reasonOf = (error: unknown): Reason | undefined =>
  AuthError.is(error) ? error.reason : undefined;
