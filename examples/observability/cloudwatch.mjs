// Amazon CloudWatch's embedded metric format on stdout: AWS Lambda and the CloudWatch agent make metrics of these lines.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html

import { subscribe, tracingChannel } from "node:diagnostics_channel";

/** Each combination of dimensions is a metric of its own, and billed as one: request ids are properties instead. */
function put(units, { dimensions, values, properties }) {
  const metrics = {
    Namespace: "CognitoAuth",
    Dimensions: [Object.keys(dimensions)],
    Metrics: Object.entries(units).map(([Name, Unit]) => ({ Name, Unit })),
  };
  const _aws = { Timestamp: Date.now(), CloudWatchMetrics: [metrics] };
  process.stdout.write(`${JSON.stringify({ _aws, ...dimensions, ...values, ...properties })}\n`);
}

tracingChannel("cognito-auth-native:call").subscribe({
  asyncEnd({ operation, reason = "none", duration, attempts = 0, status, requestId }) {
    put(
      { CallDuration: "Milliseconds", CallAttempts: "Count" },
      {
        dimensions: { operation, reason },
        values: { CallDuration: duration, CallAttempts: attempts },
        properties: { status, requestId },
      },
    );
  },
});

subscribe("cognito-auth-native:keys", ({ outcome, duration, ...properties }) => {
  put(
    { KeysFetchDuration: "Milliseconds" },
    { dimensions: { outcome }, values: { KeysFetchDuration: duration }, properties },
  );
});

subscribe("cognito-auth-native:refused", ({ reason }) => {
  put({ TokensRefused: "Count" }, { dimensions: { reason }, values: { TokensRefused: 1 } });
});
