import commonjs from "@rollup/plugin-commonjs";
import nodeResolve from "@rollup/plugin-node-resolve";

export default {
  input: "main.mjs",
  output: { file: "dist/main.mjs", format: "es" },
  plugins: [nodeResolve({ preferBuiltins: true }), commonjs()],
  external: ["cognito-auth-native"],
};
