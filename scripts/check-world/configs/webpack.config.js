module.exports = {
  mode: "production",
  target: "node",
  entry: "./main.cjs",
  output: { path: `${__dirname}/dist`, filename: "main.js" },
  externals: { "cognito-auth-native": "commonjs cognito-auth-native" },
};
