import type { OpenApproval } from "./approval-pages.ts";
import { REGION } from "./careless-account.ts";
import type { Sandbox } from "./sandbox.ts";
import { LOOKS } from "./still-stands.ts";

const SIGN_IN = /https?:\/\/\S+\/sign-in\/\S+/;

/** What a person who tries the sandbox is shown. */
export async function instructions(sandbox: Sandbox): Promise<string> {
  const { acts, unreachable, node, approvals, data } = sandbox;
  const signIn = SIGN_IN.exec(node.stderr())?.[0];
  const entrance = [
    `Status page      ${node.url}/findings`,
    ...(signIn === undefined ? [] : [`Sign in once     ${signIn}`]),
    `Data folder      ${data}`,
  ];
  if (unreachable !== undefined) {
    return [
      ...["", `There is no account here, so the node plans and changes nothing: ${unreachable}`, ""],
      ...entrance,
      ...["", "Ctrl-C ends the node."],
    ].join("\n");
  }
  return [
    ...["", "Mallory was careless:", ...acts.map(({ what, resource }) => `  ${what} (${resource})`), ""],
    ...entrance,
    ...["", "Maya and Jonas are asked. Open a link, look at the change, choose, type what the page asks for, send:"],
    ...approvalLines(await approvals()),
    ...[
      "",
      "Once enough have approved, the change is made in the account, looked at again, and the finding is resolved.",
    ],
    ...looking(sandbox),
    ...nextSteps(sandbox),
    ...["", "What is asked later is printed below, with its links. Ctrl-C ends the node and the account."],
  ].join("\n");
}

/** What is asked, of how many, with each person's link. */
export const approvalLines = (open: readonly OpenApproval[]): readonly string[] =>
  open.flatMap(({ title, needed, asked }) => [
    ...["", `  ${title} (${needed === 1 ? "one approval is enough" : `takes ${needed} approvals`})`],
    ...asked.map(({ person, url, code }) => `    ${person.padEnd(6)} code ${code}  ${url}`),
  ]);

function looking({ acts, endpoint, accountFile }: Sandbox): readonly string[] {
  return [
    ...["", "Whether it is really gone, the account itself says, in another terminal:", ""],
    `  npm run sandbox -- --look ${accountFile}`,
    ...["", "or, with an AWS CLI, the settings first and then any of the others:", ""],
    `  export AWS_ENDPOINT_URL=${endpoint} AWS_DEFAULT_REGION=${REGION} AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test`,
    ...acts.map(({ kind, resource }) => `  aws ${LOOKS[kind].aws(resource)}`),
  ];
}

/** `token create` prints JSON; this takes the secret out of it without a tool of its own. */
const SECRET = `node -pe 'JSON.parse(require("fs").readFileSync(0)).secret'`;

function nextSteps({ node, data }: Sandbox): readonly string[] {
  return [
    ...[
      "",
      "What else there is to try, in another terminal. Olga is an operator who neither caused nor decides anything:",
    ],
    ...["", `  export EPHOR_URL=${node.url} EPHOR_DATA=${data}`],
    `  OLGA=$(npx ephor token create olga --role operator --person olga | ${SECRET})`,
    "  npx ephor findings list",
    ...["", "  the way back of a resolved one, which two people approve:"],
    '  npx ephor findings rollback ID --reason "it was wanted" --token $OLGA',
    ...["", "  a change without approval, of one that still waits, told and reviewed:"],
    '  npx ephor findings break-glass ID --reason "it cannot wait" --token $OLGA',
    ...["", "  an exception, so that the same is not answered again for a week:"],
    '  npx ephor exceptions request s3.bucket-policy-made-public --resource customer-reports --expires 7d --reason "a public report" --token $OLGA',
    ...["", "  no changes any more, and on again:"],
    '  npx ephor stop-applying --reason "a pause"',
    '  npx ephor stop-applying --resume --reason "go on"',
  ];
}
