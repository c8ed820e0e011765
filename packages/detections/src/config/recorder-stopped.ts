import type { Json } from "@ephor/domain/json";
import { eventName, requestText } from "@ephor/events/sources/cloudtrail-read";
import { succeeded, tellCall } from "../call.ts";
import { hit, malformed, miss } from "../cases/case.ts";
import { apiCall, denied } from "../cases/cloudtrail-event.ts";
import { themes } from "../control-themes.ts";
import { defineDetection } from "../define-detection.ts";
import { shown } from "../shorten.ts";

const done: Readonly<Record<string, string>> = {
  StopConfigurationRecorder: "stopped",
  DeleteConfigurationRecorder: "deleted",
  DeleteDeliveryChannel: "cut off from where it delivers",
};
const call = (name: string, request: Json) => apiCall({ service: "config", name, request });

export const recorderStopped = defineDetection({
  id: "config.recorder-stopped",
  title: "AWS Config recording stopped",
  description: "Changes to resources are no longer recorded, and no Config rule will notice them.",
  severity: "high",
  pattern: succeeded({ service: "config", names: Object.keys(done) }),
  finding: (event) => {
    const name = requestText(event, "configurationRecorderName") ?? requestText(event, "deliveryChannelName");
    if (name === undefined) return null;
    return tellCall(event, {
      resource: { type: "AWS::Config::ConfigurationRecorder", id: name, name },
      title: `Config recorder ${shown(name)} ${done[eventName(event) ?? ""] ?? "changed"}`,
      ...(eventName(event) === "StopConfigurationRecorder" ? {} : { remediation: null }),
    });
  },
  mitre: ["T1562.008"],
  controls: { ...themes.logging, cis: ["3.3", "4.9"], fsbp: ["Config.1"] },
  remediation: "config.start-recorder",
  falsePositives: "A Region closed down, or a recorder that moves under Control Tower.",
  references: ["https://docs.aws.amazon.com/config/latest/APIReference/API_StopConfigurationRecorder.html"],
  cases: [
    hit("stopped", call("StopConfigurationRecorder", { configurationRecorderName: "default" }), {
      title: "Config recorder default stopped, by alice",
      resource: "default",
      remediation: "config.start-recorder",
    }),
    hit("deleted", call("DeleteConfigurationRecorder", { configurationRecorderName: "default" }), {
      title: /deleted/,
      remediation: null,
    }),
    hit("nowhere to deliver", call("DeleteDeliveryChannel", { deliveryChannelName: "default" }), { title: /cut off/ }),
    miss("started", call("StartConfigurationRecorder", { configurationRecorderName: "default" })),
    miss("the call was denied", denied(call("StopConfigurationRecorder", { configurationRecorderName: "default" }))),
    malformed("the name is a number", call("StopConfigurationRecorder", { configurationRecorderName: 7 })),
  ],
});
