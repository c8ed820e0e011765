import type { Config } from "./config.ts";
import { type Problem, pointer, shorten } from "./problems.ts";

/** What no single field can show: names that must exist elsewhere, and values that must be one person's only. */
export function crossChecks(config: Config): Problem[] {
  return [
    ...unknownMembers(config),
    ...UNIQUE.flatMap((field) => repeated(config, field)),
    ...repeatedMembers(config),
    ...unknownInRules(config),
    ...foreignRoles(config),
  ];
}

/** Groups and channels that rules name. */
function unknownInRules({ responsePolicy, groups, channels }: Config): Problem[] {
  return responsePolicy.rules.flatMap(({ approvers = [], fallback, channels: told = [] }, index) => {
    const named = [
      ...approvers.map((name, at) => ({ name, known: groups, of: "groups", path: ["approvers", at] })),
      ...(fallback === undefined ? [] : [{ name: fallback, known: groups, of: "groups", path: ["fallback"] }]),
      ...told.map((name, at) => ({ name, known: channels, of: "channels", path: ["channels", at] })),
    ];
    return named
      .filter(({ name, known }) => !Object.hasOwn(known, name))
      .map(({ name, of, path }) => ({
        path: pointer(["responsePolicy", "rules", index, ...path]),
        what: `found ${JSON.stringify(shorten(name))}, expected a name of \`${of}\``,
      }));
  });
}

/** A role lies in the account that it is for. */
function foreignRoles({ remediation }: Config): Problem[] {
  return Object.entries(remediation.accounts).flatMap(([account, { roleArn }]) =>
    roleArn === undefined || roleArn.split(":")[4] === account
      ? []
      : [
          {
            path: pointer(["remediation", "accounts", account, "roleArn"]),
            what: `found ${JSON.stringify(shorten(roleArn))}, expected a role of account ${account}`,
          },
        ],
  );
}

const UNIQUE = ["id", "email", "slackId", "oidcSubject"] as const;

function repeated({ people }: Config, field: (typeof UNIQUE)[number]): Problem[] {
  const first = new Map<string, number>();
  const problems: Problem[] = [];
  for (const [index, person] of people.entries()) {
    const value = field === "email" ? person.email.toLowerCase() : person[field];
    if (value === undefined) continue;
    const earlier = first.get(value);
    if (earlier === undefined) first.set(value, index);
    else problems.push(notUnique(["people", index, field], value, ["people", earlier, field]));
  }
  return problems;
}

function repeatedMembers({ groups }: Config): Problem[] {
  return Object.entries(groups).flatMap(([name, members]) =>
    members.flatMap((id, index) => {
      const earlier = members.indexOf(id);
      return earlier === index ? [] : [notUnique(["groups", name, index], id, ["groups", name, earlier])];
    }),
  );
}

function unknownMembers({ groups, people }: Config): Problem[] {
  const known = new Set(people.map((person) => person.id));
  return Object.entries(groups).flatMap(([name, members]) =>
    members.flatMap((id, index) =>
      known.has(id)
        ? []
        : [
            {
              path: pointer(["groups", name, index]),
              what: `found ${JSON.stringify(id)}, expected the id of one of \`people\``,
            },
          ],
    ),
  );
}

const notUnique = (path: readonly PropertyKey[], value: string, earlier: readonly PropertyKey[]): Problem => ({
  path: pointer(path),
  what: `found ${JSON.stringify(shorten(value))}, expected a value that ${pointer(earlier)} does not have already`,
});
