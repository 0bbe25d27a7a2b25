// OpenTelemetry: a span and a duration for each call, counters for refused tokens and fetches of keys.
// Import it after the SDK has been registered: OpenTelemetry gives no metrics to meters that were made before.

import { subscribe, tracingChannel } from "node:diagnostics_channel";
import { metrics, SpanKind, SpanStatusCode, trace } from "@opentelemetry/api";

const tracer = trace.getTracer("cognito-auth-native");
const meter = metrics.getMeter("cognito-auth-native");
const durations = meter.createHistogram("cognito.call.duration", { unit: "ms" });
const refused = meter.createCounter("cognito.token.refused");
const fetches = meter.createCounter("cognito.keys.fetches");

/** The span of each call that is under way: the channels of one call publish the same object. */
const spans = new WeakMap();

tracingChannel("cognito-auth-native:call").subscribe({
  start(event) {
    spans.set(event, tracer.startSpan(`cognito ${event.operation}`, { kind: SpanKind.CLIENT }));
  },
  asyncEnd(event) {
    const { operation, attempts, status, reason, requestId, duration } = event;
    const span = spans.get(event);
    // Undefined attributes are left out.
    span?.setAttributes({
      "aws.request_id": requestId,
      "cognito.attempts": attempts,
      "cognito.operation": operation,
      "error.type": reason,
      "http.response.status_code": status,
    });
    if (reason !== undefined) span?.setStatus({ code: SpanStatusCode.ERROR });
    span?.end();
    durations.record(duration, { "cognito.operation": operation, "error.type": reason });
  },
});

subscribe("cognito-auth-native:keys", ({ address, outcome }) => {
  fetches.add(1, { "server.address": new URL(address).host, "cognito.outcome": outcome });
});

subscribe("cognito-auth-native:refused", ({ reason }) => {
  refused.add(1, { "error.type": reason });
});
