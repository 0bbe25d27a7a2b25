"use strict";

// Remembered devices: the device of a sign-in, and the refresh tokens that need its key. Devices are never confirmed, so none signs in
// by SRP.
// https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-device-tracking.html

const crypto = require("node:crypto");

/** The device of a sign-in by AdminInitiateAuth. It equals no key, so the refresh token is always refused. */
const NO_DEVICE = null;

const newDevice = ({ region }) => ({
  DeviceKey: `${region}_${crypto.randomUUID()}`,
  DeviceGroupKey: `-${crypto.randomBytes(6).toString("base64url")}`,
});

const isKnown = ({ users }, user, key) => users.recordOf(user).devices?.includes(key) ?? false;

/** The answer to a step of a sign-in. If it has tokens and `deviceKey`, as the application sent it, is unknown, with NewDeviceMetadata. */
function withDevice(state, answer, { deviceKey, byAdmin }) {
  const { settings, users, refreshTokens } = state;
  const token = answer.AuthenticationResult?.RefreshToken;
  if (!settings.rememberDevices || token === undefined) return answer;
  const { signIn } = refreshTokens.get(token);
  if (byAdmin) {
    signIn.deviceKey = NO_DEVICE;
    return answer;
  }
  const user = users.get(signIn.username);
  if (isKnown(state, user, deviceKey)) {
    signIn.deviceKey = deviceKey;
    return answer;
  }
  const device = newDevice(settings);
  const record = users.recordOf(user);
  record.devices = [...(record.devices ?? []), device.DeviceKey];
  signIn.deviceKey = device.DeviceKey;
  const { AuthenticationResult } = answer;
  return {
    ...answer,
    AuthenticationResult: { ...AuthenticationResult, NewDeviceMetadata: device },
  };
}

/** Whether a refresh with this device key is allowed for the sign-in. */
const isDeviceOf = ({ deviceKey }, given) => deviceKey === undefined || deviceKey === given;

module.exports = { isDeviceOf, withDevice };
