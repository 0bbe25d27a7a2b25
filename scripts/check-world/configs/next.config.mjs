export default {
  output: "standalone",
  serverExternalPackages: ["cognito-auth-native"],
};
