import { failure, hit, malformed, nothing, targetOf } from "../cases/case.ts";
import { defineRemediation } from "../define-remediation.ts";
import { aRule } from "./group-cases.ts";
import { instances } from "./ids.ts";
import { type Isolation, isolationSchema } from "./isolation.ts";
import { isolated, isolationCalls, releaseCalls } from "./isolation-calls.ts";
import {
  anInstance,
  aQuarantineGroup,
  aVpc,
  bothSnapshots,
  createGroup,
  createSnapshots,
  DATA,
  deleteGroup,
  deleteTags,
  fromCall,
  joinGroups,
  mined,
  noGroup,
  noSnapshots,
  ROOT,
  revokeEgress,
  VPC,
} from "./isolation-cases.ts";
import { answerToIsolation, simulateIsolation } from "./isolation-model.ts";
import { readIsolation } from "./read-isolation.ts";

const allOut = aRule({ IpProtocol: "-1", FromPort: -1, ToPort: -1, CidrIpv4: "0.0.0.0/0", IsEgress: true });
const QUARANTINE = "sg-0123456789abcdef0";

export const isolateInstance = defineRemediation<Isolation>({
  id: "ec2.isolate-instance",
  title: "Isolate an instance and keep its disks as evidence",
  description:
    "Makes snapshots of all the instance's volumes, creates a security group that lets nothing in or out, and leaves every network interface of the instance in that group alone. The instance runs on, with its memory, for whoever looks into it. Undo puts the former groups back; the snapshots stay.",
  controls: { nist: ["IR-4", "AU-9"], soc2: ["CC7.4"], iso27001: ["A.5.26", "A.5.28"] },
  risk: "high",
  resources: instances,
  permissions: {
    read: [
      "ec2:DescribeInstances",
      "ec2:DescribeSnapshots",
      "ec2:DescribeVpcs",
      "ec2:DescribeSecurityGroups",
      "ec2:DescribeSecurityGroupRules",
    ],
    write: [
      ...["ec2:CreateSnapshots", "ec2:CreateTags", "ec2:DeleteTags"],
      ...["ec2:CreateSecurityGroup", "ec2:DeleteSecurityGroup"],
      ...["ec2:RevokeSecurityGroupIngress", "ec2:RevokeSecurityGroupEgress"],
      ...["ec2:AuthorizeSecurityGroupIngress", "ec2:AuthorizeSecurityGroupEgress"],
      "ec2:ModifyNetworkInterfaceAttribute",
    ],
  },
  state: isolationSchema,
  read: readIsolation,
  change: (state, target) => {
    const { id } = target.resource;
    const calls = isolationCalls(state, target);
    const blast =
      calls.length === 0
        ? `Nothing: instance ${id} is isolated and its volumes are kept.`
        : `All that instance ${id} serves stops, and it reaches nothing, Systems Manager and its logs included; connections that are open may last until they time out. A load balancer takes it out, and an auto scaling group ends it unless it is detached first.`;
    return { calls, after: isolated(state), blast };
  },
  undo: releaseCalls,
  model: { simulate: simulateIsolation, answer: answerToIsolation },
  references: [
    "https://docs.aws.amazon.com/security-ir/latest/userguide/technique-access-containment.html",
    "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSnapshots.html",
    "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyNetworkInterfaceAttribute.html",
  ],
  cases: [
    hit("a running instance with two volumes", {
      target: mined,
      answers: { ...anInstance(["sg-0b", "sg-0a"]), ...noSnapshots, ...aVpc("none"), ...noGroup },
      expect: {
        tags: { env: "production" },
        calls: [createSnapshots(), createGroup, revokeEgress(fromCall(1)), joinGroups(fromCall(1))],
        undo: [
          joinGroups("sg-0a", "sg-0b"),
          deleteGroup(`a new group in ${VPC}`),
          deleteTags(`a new snapshot of ${ROOT}`, `a new snapshot of ${DATA}`),
        ],
      },
    }),
    hit("a network with IPv6, whose new groups let all of it out as well", {
      target: mined,
      answers: { ...anInstance(["sg-0a"]), ...noSnapshots, ...aVpc("associated"), ...noGroup },
      expect: {
        calls: [
          createSnapshots(),
          createGroup,
          revokeEgress(fromCall(1)),
          revokeEgress(fromCall(1), { Ipv6Ranges: [{ CidrIpv6: "::/0" }] }),
          joinGroups(fromCall(1)),
        ],
      },
    }),
    hit("half done before: a snapshot and the group are there, the group still lets out", {
      target: mined,
      answers: {
        ...anInstance(["sg-0a"]),
        DescribeSnapshots: {
          Snapshots: [
            { SnapshotId: "snap-0a1b2c3d", VolumeId: ROOT, State: "completed" },
            { SnapshotId: "snap-1a1b2c3d", VolumeId: DATA, State: "error" },
          ],
        },
        ...aVpc("disassociated"),
        ...aQuarantineGroup([allOut]),
      },
      expect: {
        calls: [createSnapshots({ ExcludeBootVolume: true }), revokeEgress(QUARANTINE), joinGroups(QUARANTINE)],
      },
    }),
    nothing("isolated", {
      target: mined,
      answers: { ...anInstance([QUARANTINE]), ...bothSnapshots, ...aVpc("none"), ...aQuarantineGroup([]) },
    }),
    malformed("the instance is gone", {
      target: mined,
      answers: { DescribeInstances: failure("InvalidInstanceID.NotFound") },
      expect: { code: "remediation.resource-gone" },
    }),
    malformed("the instance is terminated", {
      target: mined,
      answers: anInstance([], { State: { Code: 48, Name: "terminated" } }),
      expect: { code: "remediation.resource-gone" },
    }),
    malformed("a group of that name whose rules name another group", {
      target: mined,
      answers: {
        ...anInstance(["sg-0a"]),
        ...noSnapshots,
        ...aVpc("none"),
        ...aQuarantineGroup([aRule({ ReferencedGroupInfo: { GroupId: "sg-0c" } })]),
      },
      expect: { code: "remediation.unsupported", message: /rules that name other groups/ },
    }),
    malformed("no id of an instance", {
      target: targetOf("AWS::EC2::Instance", "i-../x"),
      expect: { code: "remediation.target-invalid" },
    }),
  ],
});
