import type { AwsCall, AwsRequest } from "@ephor/domain/aws-call";
import { isJsonObject, type Json, type JsonObject } from "@ephor/domain/json";
import type { PlannedCall } from "@ephor/domain/remediation";

/** An account in which ports stand open and an instance has to get a quarantine group that AWS names. */
export type Model = {
  readonly ports: readonly number[];
  readonly group: string | null;
  readonly rule: boolean;
  readonly attached: boolean;
};

const call = (operation: string, input: JsonObject): PlannedCall => ({
  ...{ service: "ec2", operation, input, says: operation },
});

/** What is left to do in a state: each port closed, the group made, its rule, the instance in it. */
export function changeOf({ ports, group, rule, attached }: Model): readonly PlannedCall[] {
  const created = ports.length;
  const id: Json = group ?? { $from: { call: created, path: "/Group/Id" } };
  return [
    ...ports.map((port) => call("Revoke", { Port: port })),
    ...(group === null ? [call("CreateGroup", { Name: "quarantine" })] : []),
    ...(rule ? [] : [call("Allow", { Id: id, Cidr: "192.0.2.1/32" })]),
    ...(attached ? [] : [call("Attach", { Ids: [id] })]),
  ];
}

const REFUSED = { ok: false, error: { code: "aws.refused", message: "no such thing", awsCode: "NotFound" } } as const;

/** The account as it answers: what cannot be done is refused and changes nothing. `applied` counts what changed it. */
export function modelAccount(first: Model) {
  let state = first;
  let groups = 0;
  const applied: AwsRequest[] = [];
  const perform: Record<string, (input: JsonObject) => Model | undefined> = {
    Revoke: ({ Port }) => {
      const ports = state.ports.filter((port) => port !== Port);
      return ports.length === state.ports.length ? undefined : { ...state, ports };
    },
    CreateGroup: () => {
      groups += 1;
      return { ...state, group: state.group ?? `sg-${groups}` };
    },
    Allow: ({ Id }) => (Id === state.group ? { ...state, rule: true } : undefined),
    Attach: ({ Ids }) => (Array.isArray(Ids) && Ids[0] === state.group ? { ...state, attached: true } : undefined),
  };
  const aws: AwsCall = async (request) => {
    const next = perform[request.operation]?.(request.input);
    if (next === undefined) return REFUSED;
    state = next;
    applied.push(request);
    return { ok: true, value: { Group: { Id: state.group }, RequestId: "r" } };
  };
  return {
    aws,
    applied,
    groupsMade: () => groups,
    state: () => state,
    /** Somebody else's change. */
    meddle(change: (state: Model) => Model) {
      state = change(state);
    },
  };
}

export const operationsOf = (calls: readonly AwsRequest[]): readonly string[] =>
  calls.map(({ operation, input }) =>
    isJsonObject(input) ? `${operation} ${String(input["Port"] ?? "")}` : operation,
  );
