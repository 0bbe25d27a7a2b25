"use strict";

// Remembered devices: the device of a sign-in, and the refresh tokens that need its key. Devices are never confirmed, so none signs in
// by SRP.
// https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-device-tracking.html

const crypto = require("node:crypto");
const { BOUNDS } = require("./bounds.js");
const { makeToken } = require("./tokens.js");

/** The device of a sign-in by AdminInitiateAuth. It equals no key, so the refresh token is always refused. */
const NO_DEVICE = null;

const newDevice = ({ region }) => ({
  DeviceKey: `${region}_${crypto.randomUUID()}`,
  DeviceGroupKey: `-${crypto.randomBytes(6).toString("base64url")}`,
});

/** The device of a sign-in that has come to its end, with NewDeviceMetadata if `deviceKey`, as the application sent it, is unknown. */
function deviceOf({ settings, users }, user, { deviceKey, byAdmin }) {
  if (byAdmin) return { key: NO_DEVICE };
  const record = users.recordOf(user);
  if (record.devices?.includes(deviceKey)) return { key: deviceKey };
  const NewDeviceMetadata = newDevice(settings);
  const { DeviceKey: key } = NewDeviceMetadata;
  record.devices = [...(record.devices ?? []), key].slice(-BOUNDS.devicesOfAUser);
  return { key, more: { NewDeviceMetadata } };
}

/** The answer to a step of a sign-in. If it has tokens, they are the device's. */
function withDevice(state, answer, given) {
  const { settings, users, refreshTokens } = state;
  const { AuthenticationResult } = answer;
  const token = AuthenticationResult?.RefreshToken;
  if (!settings.rememberDevices || token === undefined) return answer;
  const { signIn } = refreshTokens.get(token);
  const user = users.get(signIn.username);
  const { key, more } = deviceOf(state, user, given);
  signIn.deviceKey = key;
  const AccessToken = makeToken(state, "access", user, signIn);
  return { ...answer, AuthenticationResult: { ...AuthenticationResult, AccessToken, ...more } };
}

/** Whether a refresh with this device key is allowed for the sign-in. */
const isDeviceOf = ({ deviceKey }, given) => deviceKey === undefined || deviceKey === given;

module.exports = { isDeviceOf, withDevice };
