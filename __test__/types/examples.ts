// What the examples in index.d.ts find around them. types.spec.js adds imports and the examples, each as a function; never run.

import type { AuthError as Failure } from "cognito-auth-native";

declare const username: string;
declare const password: string;
declare const token: string;
declare const accessToken: string;
declare const auth: Auth;
declare const error: Failure;
declare const challenge: Challenge;
declare const binding: string;
declare const form: {
  username: string;
  password: string;
  value: string;
  email: string;
  code: string;
};
declare const cookies: { state: string; refresh: string };
declare const prompt: (question: string) => Promise<string>;
// As Express and node:http have them.
declare const request: { headers: { authorization?: string | undefined } };
interface Response {
  status(code: number): this;
  set(name: string, value: string): this;
  json(body: unknown): this;
  cookie(name: string, value: string, options: object): this;
  writeHead(status: number, headers: Record<string, string>): this;
  end(text?: string): this;
}
declare const response: Response;
declare const server: { listen(port: number): void };
