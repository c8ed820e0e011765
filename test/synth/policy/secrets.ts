import { functionsOf } from "../../../functions/functions.ts";
import { at, type Check, statementsAt, textAt, typed } from "./check.ts";
import { shippedTopology } from "./topology.ts";

const secretNamed = (name: string): string =>
  `arn:aws:secretsmanager:eu-central-1:111111111111:secret:ephor/${name}-??????`;
/** As test/synth/example.config.json names them. */
const CHANNELS = ["slack-token", "slack-signing-secret"].map(secretNamed);
const EXTERNAL_IDS = ["external-id-222222222222"].map(secretNamed);
const FROM = "ephor@example.com";
const IDENTITIES = [FROM, "example.com"].map((one) => `arn:aws:ses:eu-central-1:111111111111:identity/${one}`);

const functions = functionsOf(shippedTopology);

export const secretChecks: readonly Check[] = [
  {
    name: "reads no secrets but those of its channels and accounts, and sends mail from their addresses alone",
    types: typed("iam/rolePolicy:RolePolicy"),
    wrong: ({ inputs }, { stage }) => {
      const spec = functions.find(({ name }) => textAt(inputs, "role") === `ephor-${stage}-${name}`);
      const statements = statementsAt(inputs, "policy");
      const secrets = statements
        .filter(({ actions }) => actions.includes("secretsmanager:GetSecretValue"))
        .flatMap(({ resources }) => resources);
      const mails = statements.filter(({ actions }) => actions.some((action) => action.startsWith("ses:")));
      const notifies = spec?.needs.notifies === true;
      const expected = [...(spec?.needs.remediation === true ? EXTERNAL_IDS : []), ...(notifies ? CHANNELS : [])];
      if (secrets.toSorted().join() !== expected.toSorted().join()) return `it reads ${secrets.join(", ") || "none"}`;
      if (mails.length !== (notifies ? 1 : 0)) return `${mails.length} statements let it send mail`;
      const loose = mails.filter(
        ({ resources, condition }) =>
          resources.join() !== IDENTITIES.join() || at(at(condition, "StringEquals"), "ses:FromAddress") !== FROM,
      );
      return loose.length === 0
        ? undefined
        : `it sends mail as ${loose.flatMap(({ resources }) => resources).join(", ")}`;
    },
  },
];
