import type { Write } from "@ephor/app/ports";
import { digestOf } from "@ephor/domain/ids";
import { sealRecord } from "@ephor/domain/ledger/record";
import { DEFAULT_TENANT } from "@ephor/domain/tenant";
import { timestamp } from "@ephor/domain/time";

const START_MS = 1_767_323_045_678;

/** The transaction of each of `count` new findings, of ordinary size: about 3 KB in four items. */
export function findingWrites(count: number): readonly (readonly Write[])[] {
  const random = saltCounter();
  return Array.from({ length: count }, (_, n) => writesOf(n, random));
}

function writesOf(n: number, salt: () => Uint8Array): readonly Write[] {
  const tenant = DEFAULT_TENANT;
  const id = `fnd_${digestOf(["finding", String(n)])}`;
  const identity = `8a5d6e2e-0f3c-4b8e-9a8e-${String(n).padStart(12, "0")}`;
  const time = timestamp(START_MS + n * 7);
  const resource = { type: "AWS::EC2::SecurityGroup", id: `sg-${digestOf([String(n % 5_000)]).slice(0, 17)}` };
  const told = {
    id,
    tenant,
    detection: "ec2.security-group-open-to-world",
    detectionVersion: "1",
    title: "A security group lets the whole internet in on an administrative port",
    severity: "high",
    account: "123456789012",
    region: "eu-west-1",
    resource,
    actor: { type: "AssumedRole", id: "AROAEXAMPLE:alice", arn: "arn:aws:sts::123456789012:assumed-role/Admin/alice" },
    mitre: ["T1190", "T1133"],
    controls: ["cis:5.2", "fsbp:EC2.13", "pci:1.3.1", "nist:AC-4"],
    remediation: "ec2-revoke-open-ingress",
    evidence: { groupId: resource.id, rules: [{ cidr: "0.0.0.0/0", fromPort: 22, toPort: 22, protocol: "tcp" }] },
    occurrences: 1,
    firstSeenAt: time,
    lastSeenAt: time,
    newest: [{ identity, time }],
    earliest: { identity, time },
    status: "open",
    generation: 1,
    resolvedAt: null,
  };
  const entry = {
    key: digestOf([id, "finding.opened", identity]),
    at: time,
    kind: "finding.opened",
    by: "record-finding",
    text: `Opened by event ${identity} of ${time}`,
    correlationId: identity,
    executionId: `run_${digestOf([identity])}`,
  };
  const pk = `finding#${id}`;
  const sk = `${time}#${id}`;
  const shard = n % 8;
  const indexes = {
    byTime: { pk: `finding#${shard}`, sk },
    byResource: { pk: `resource#${digestOf([resource.id])}`, sk },
    byOpen: { pk: `open#${shard}`, sk },
  };
  const absent = { kind: "absent" } as const;
  const member = `member#${digestOf([identity])}`;
  return [
    { kind: "put", item: { tenant, pk, sk: member, v: 1, data: { identity, time } }, when: absent },
    { kind: "put", item: { tenant, pk, sk: "@", v: 1, data: told, indexes }, when: absent },
    { kind: "put", item: { tenant, pk, sk: `time#${time}#${entry.key}`, v: 1, data: entry }, when: absent },
    { kind: "append", record: recordOf({ ...told, identity, time }, salt) },
  ];
}

type Told = {
  id: string;
  identity: string;
  time: ReturnType<typeof timestamp>;
  resource: { type: string; id: string };
};

function recordOf({ id, identity, time, resource }: Told, salt: () => Uint8Array) {
  const sealed = sealRecord(
    {
      idempotencyKey: `finding ${id} ${identity}`,
      time,
      at: time,
      tenant: DEFAULT_TENANT,
      entity_type: "finding",
      this: id,
      did: "opened",
      status: "open",
      generation: 1,
      event_id: identity,
      correlation_id: identity,
      detection: "ec2.security-group-open-to-world",
      detection_version: "1",
      severity: "high",
      account: "123456789012",
      region: "eu-west-1",
      resource,
      who: "arn:aws:sts::123456789012:assumed-role/Admin/alice",
      who_type: "principal",
      controls: ["cis:5.2", "fsbp:EC2.13", "pci:1.3.1", "nist:AC-4"],
    },
    { salt },
  );
  if (!sealed.ok) throw new Error(sealed.error.message);
  return sealed.value;
}

/** Salts differ here as they do in life, but nothing secret depends on them. */
function saltCounter(): () => Uint8Array {
  let n = 0;
  return () => {
    const salt = Buffer.alloc(16);
    salt.writeUInt32BE(n++);
    return salt;
  };
}
