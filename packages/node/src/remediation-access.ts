import type { AwsAccess, Clock, Random, SecretOf } from "@ephor/app/ports";
import type { Config } from "@ephor/domain/config/config";

type Deps = {
  readonly clock: Clock;
  readonly random: Random;
  readonly secretOf: SecretOf;
  /** The node's one configuration: which accounts may be changed is read anew each time, since a reload may change it. */
  readonly config: Pick<Config, "remediation">;
};

/**
 * AWS in the accounts that the configuration names now; sessions of an earlier one are given up with it. AWS's clients are
 * loaded with the first that is opened: a node that changes nothing needs none.
 */
export function remediationAccess(d: Deps): AwsAccess {
  const make = () => {
    const { accounts } = d.config.remediation;
    const access = import("@ephor/aws/access/aws-access").then(({ awsAccess }) =>
      awsAccess({ clock: d.clock, random: d.random, secretOf: d.secretOf, accounts }),
    );
    return { accounts, access };
  };
  let made: ReturnType<typeof make> | undefined;
  return {
    async open(of) {
      if (made?.accounts !== d.config.remediation.accounts) made = make();
      return (await made.access).open(of);
    },
  };
}
