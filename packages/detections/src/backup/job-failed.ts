import { hit, malformed, miss } from "../cases/case.ts";
import { serviceEvent } from "../cases/service-event.ts";
import { themes } from "../control-themes.ts";
import { definePassThrough } from "../pass-through.ts";

const VOLUME = "arn:aws:ec2:eu-west-1:111122223333:volume/vol-01";
const job = (state: string | number, detailType = "Backup Job State Change") =>
  serviceEvent({
    source: "aws.backup",
    detailType,
    detail: {
      backupJobId: "34176239-e96d-4e1d-9fad-529dbb3c3556",
      backupVaultName: "main",
      resourceArn: VOLUME,
      resourceType: "EBS",
      state,
      statusMessage: "the vault does not exist",
    },
  });

export const backupJobFailed = definePassThrough({
  id: "backup.job-failed",
  title: "Backup job failed",
  description: "What should have been backed up, copied or restored was not: the last good copy grows older.",
  severity: "medium",
  // Some of these events say `state`, others `status`.
  pattern: ["state", "status"].map((field) => ({
    source: ["aws.backup"],
    "detail-type": ["Backup Job State Change", "Copy Job State Change", "Restore Job State Change"],
    detail: { [field]: ["FAILED", "ABORTED", "EXPIRED", "PARTIAL"] },
  })),
  evidence: { job: "backupJobId", vault: "backupVaultName", reason: "statusMessage", percentDone: "percentDone" },
  controls: themes.availability,
  falsePositives: "A job that someone stopped by hand, or of a resource that is gone: take it out of the plan.",
  references: ["https://docs.aws.amazon.com/aws-backup/latest/devguide/eventbridge.html"],
  cases: [
    hit("it failed", job("FAILED"), {
      detection: "backup.job-failed:Backup Job",
      resource: VOLUME,
      severity: "medium",
    }),
    hit("it was too late to start", job("EXPIRED")),
    hit("a restore failed", job("FAILED", "Restore Job State Change"), { detection: "backup.job-failed:Restore Job" }),
    miss("it is done", job("COMPLETED")),
    miss("it runs", job("RUNNING")),
    malformed("the state is a number", job(7)),
  ],
});
