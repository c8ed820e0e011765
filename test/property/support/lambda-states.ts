import type { JsonObject } from "@ephor/domain/json";
import fc from "fast-check";

const permission = fc.record({
  sid: fc.string({ minLength: 1, maxLength: 8, unit: fc.constantFrom("a", "b", "Z", "1", "_", "-") }),
  action: fc.constantFrom("lambda:InvokeFunction", "lambda:InvokeFunctionUrl", "lambda:*"),
  scope: fc.constantFrom<JsonObject>(
    {},
    { FunctionUrlAuthType: "NONE" },
    { FunctionUrlAuthType: "NONE", InvokedViaFunctionUrl: true },
    { SourceArn: "*", EventSourceToken: "token" },
  ),
});

/** Public permissions in the order of their ids, which Lambda holds apart. */
export const anyPermissions: fc.Arbitrary<JsonObject> = fc
  .uniqueArray(permission, { maxLength: 4, selector: ({ sid }) => sid })
  .map((all) => ({ public: all.toSorted((a, b) => (a.sid < b.sid ? -1 : 1)) }));
