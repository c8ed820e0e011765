import type { Sandbox } from "./sandbox.ts";

const SIGN_IN = /https?:\/\/\S+\/sign-in\/\S+/;

/** What a person who tries the sandbox is shown. */
export async function instructions({ acts, unreachable, node, approvals, data }: Sandbox): Promise<string> {
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
  const open = await approvals();
  return [
    ...["", "Mallory was careless:", ...acts.map(({ what, resource }) => `  ${what} (${resource})`), ""],
    ...entrance,
    ...["", "Maya and Jonas are asked. Open a link, look at the change, choose, type what the page asks for, send:"],
    ...open.flatMap(({ title, asked }) => [
      ...["", `  ${title}`],
      ...asked.map(({ person, url, code }) => `    ${person.padEnd(6)} code ${code}  ${url}`),
    ]),
    ...[
      "",
      "Once enough have approved, the change is made in the account, looked at again, and the finding is resolved.",
    ],
    "Ctrl-C ends the node and the account.",
  ].join("\n");
}
