import { hit, malformed, miss } from "../cases/case.ts";
import { ACCOUNT } from "../cases/cloudtrail-event.ts";
import { serviceEvent } from "../cases/service-event.ts";
import { themes } from "../control-themes.ts";
import { type Detection, defineDetection } from "../define-detection.ts";

const heard = serviceEvent({
  source: "aws.ec2",
  detailType: "EC2 Instance State-change Notification",
  resources: [],
  detail: {},
});

/** An event of an account that the configuration does not name (ledger.md, "Tenants"), where it names any. */
export const unknownAccount = (accounts: readonly string[]): Detection =>
  defineDetection({
    id: "ephor.unknown-account",
    title: "Event of an account that nobody configured",
    description:
      "An account sends events that no tenant owns: it was forgotten in the configuration, or it should not be there.",
    severity: "medium",
    // Ephor's own events about itself are of no account.
    pattern: { account: [{ "anything-but": accounts }], source: [{ "anything-but": ["ephor"] }] },
    finding: ({ account, envelope }) => ({
      resource: { type: "AWS::Organizations::Account", id: account },
      title: `Account ${account} is not in the configuration`,
      actor: null,
      evidence: { source: envelope.source, detailType: envelope["detail-type"] },
    }),
    mitre: [],
    controls: themes.monitoring,
    falsePositives: "An account that was added to the organization and not yet to `accounts`: add it.",
    references: ["https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_accounts.html"],
    cases: [
      hit("an account that is not named", { ...heard, account: "999999999999" }, { resource: "999999999999" }),
      miss("a named account", { ...heard, account: accounts[0] ?? ACCOUNT }),
      miss("Ephor's own event about itself", {
        ...heard,
        ...{ account: "000000000000", source: "ephor", detail: { id: "own_1" } },
      }),
      malformed("no account at all", { ...heard, account: "" }),
    ],
  });
