import type { AwsAccess } from "@ephor/app/ports";
import type { AwsCall, AwsFailure, AwsRequest } from "@ephor/domain/aws-call";
import { ephorError } from "@ephor/domain/error";
import type { JsonObject } from "@ephor/domain/json";
import { err, ok } from "@ephor/domain/result";
import { keyOf, type Rule, rulesInCall, simulateRules } from "@ephor/remediations/ec2/group-rule";

/**
 * What happens to one call: AWS refuses it; it is too much for now; it is carried out, or not, and nobody hears of it; it
 * is answered and has no effect.
 */
export type Fault = "denied" | "throttled" | "unheard" | "never-got" | "ignored";

export const GROUP = "sg-0a1b2c3d4e5f60718";
export const ACCOUNT = "111122223333";

export const openRule = (port: number): Rule => ({
  ...{ protocol: "tcp", from: port, to: port, cidr: "0.0.0.0/0", description: `port ${port}`, tags: {} },
});

const failure = (code: AwsFailure["code"], awsCode: string) => err({ code, awsCode, message: "the account says no" });

/** One account with one security group, as EC2's API shows and changes it. */
export function simulatedAccount({
  ports = [22],
  tags = {},
}: {
  ports?: readonly number[];
  tags?: Record<string, string>;
} = {}) {
  let rules: readonly Rule[] | null = ports.map(openRule);
  let isOpen = true;
  const faults: { operation: string; fault: Fault }[] = [];
  const made: AwsRequest[] = [];
  const refused = new Set<number>();
  let changes = 0;
  let failing: { readonly place: number; readonly fault: Fault } | undefined;
  const sessions: string[] = [];
  const hooks: { operation: string; run: () => void | Promise<void> }[] = [];

  const described = (): JsonObject => ({
    SecurityGroups: [
      { GroupId: GROUP, OwnerId: ACCOUNT, Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })) },
    ],
  });
  const listed = (): JsonObject => ({
    SecurityGroupRules: (rules ?? []).map((rule) => ({
      ...{ IsEgress: false, IpProtocol: rule.protocol, FromPort: rule.from, ToPort: rule.to, CidrIpv4: rule.cidr },
      ...{ Description: rule.description ?? "", Tags: [] },
    })),
  });

  function change(
    request: AwsRequest,
    fault: Fault | undefined,
  ): ReturnType<typeof failure> | ReturnType<typeof ok<JsonObject>> {
    const now = rules ?? [];
    const keys = new Set(now.map(keyOf));
    const isThere = rulesInCall(request).every((rule) => keys.has(keyOf(rule)));
    const isRevoke = request.operation.startsWith("Revoke");
    if (isRevoke && rulesInCall(request).some(({ from }) => from !== null && refused.has(from))) {
      return failure("aws.denied", "UnauthorizedOperation");
    }
    if (isRevoke !== isThere) {
      return failure("aws.refused", isRevoke ? "InvalidPermission.NotFound" : "InvalidPermission.Duplicate");
    }
    made.push(request);
    if (fault !== "ignored") rules = simulateRules(now, request);
    return ok({ Return: true });
  }

  const FAILURES: Partial<Record<Fault, ReturnType<typeof failure>>> = {
    denied: failure("aws.denied", "UnauthorizedOperation"),
    throttled: failure("aws.throttled", "RequestLimitExceeded"),
    "never-got": failure("aws.unknown-outcome", "TimeoutError"),
  };
  const take = <T extends { readonly operation: string }>(from: T[], operation: string): T | undefined => {
    const at = from.findIndex((one) => one.operation === operation);
    return at === -1 ? undefined : from.splice(at, 1)[0];
  };

  function faultOf(operation: string): Fault | undefined {
    if (operation.startsWith("Describe")) return take(faults, operation)?.fault;
    changes += 1;
    return failing?.place === changes ? failing.fault : take(faults, operation)?.fault;
  }

  async function answer(request: AwsRequest): Promise<Awaited<ReturnType<AwsCall>>> {
    await take(hooks, request.operation)?.run();
    const fault = faultOf(request.operation);
    const failed = fault && FAILURES[fault];
    if (failed !== undefined) return failed;
    if (rules === null) return failure("aws.refused", "InvalidGroup.NotFound");
    if (request.operation === "DescribeSecurityGroups") return ok(described());
    if (request.operation === "DescribeSecurityGroupRules") return ok(listed());
    const changed = change(request, fault);
    return fault === "unheard" ? failure("aws.unknown-outcome", "TimeoutError") : changed;
  }

  const awsAccess: AwsAccess = {
    async open({ account, actions, sessionName }) {
      if (!isOpen || account !== ACCOUNT) return err(ephorError("remediation.no-access", `no access to ${account}`));
      sessions.push(sessionName);
      const allowed = new Set(actions);
      return ok(async (request: AwsRequest) =>
        allowed.has(`ec2:${request.operation}`) ? answer(request) : failure("aws.denied", "UnauthorizedOperation"),
      );
    },
  };
  return {
    awsAccess,
    /** Every call that changed something, or was meant to. */
    made,
    sessions,
    openPorts: () => rules?.map(({ from }) => from) ?? null,
    rules: () => rules,
    /** The next calls of `operation` go wrong so, one after the other. */
    fail: (operation: string, ...next: Fault[]) => faults.push(...next.map((fault) => ({ operation, fault }))),
    /** The `place`-th change from now on goes wrong so. */
    failAt: (place: number, fault: Fault) => {
      failing = { place: changes + place, fault };
    },
    /** Refuses for good to close this port. */
    refuseToClose: (port: number) => refused.add(port),
    /** Runs before the next call of `operation` is answered. */
    before: (operation: string, run: () => void | Promise<void>) => hooks.push({ operation, run }),
    /** Somebody else's change. */
    meddle(next: (rules: readonly Rule[]) => readonly Rule[]) {
      rules = next(rules ?? []);
    },
    deleteGroup() {
      rules = null;
    },
    close() {
      isOpen = false;
    },
  };
}
export type SimulatedAccount = ReturnType<typeof simulatedAccount>;
