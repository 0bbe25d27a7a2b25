"use strict";

// Devices that the pool remembers: a sign-in's device, and which refresh tokens need it. Nothing more is played: no device is confirmed,
// and none signs in by SRP.
// https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-device-tracking.html

const crypto = require("node:crypto");

/** What a sign-in by an administrator's operation has for a device: no key fits, so its refresh token is never taken. */
const NO_DEVICE = null;

const newDevice = ({ region }) => ({
  DeviceKey: `${region}_${crypto.randomUUID()}`,
  DeviceGroupKey: `-${crypto.randomBytes(6).toString("base64url")}`,
});

const isKnown = ({ users }, user, key) => users.recordOf(user).devices?.includes(key) ?? false;

/**
 * The answer to a step of a sign-in, with NewDeviceMetadata if it is the last one and the device is new: `deviceKey` is the one that the
 * application sent.
 */
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

/** Whether a sign-in's refresh token is taken with this device's key. */
const isDeviceOf = ({ deviceKey }, given) => deviceKey === undefined || deviceKey === given;

module.exports = { isDeviceOf, withDevice };
