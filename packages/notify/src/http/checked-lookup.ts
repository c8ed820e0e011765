import { type LookupAddress, lookup } from "node:dns";
import type { LookupFunction } from "node:net";
import { isLoopbackAddress, isRefusedAddress } from "./refused-address.ts";

/** What a connection is refused with, before a byte is sent. */
export class AddressRefused extends Error {
  constructor() {
    super("the name leads to an address that nothing may be sent to");
    this.name = "AddressRefused";
  }
}

export type Reach = {
  /** Without TLS nothing leaves this machine. */
  readonly loopbackOnly: boolean;
  /** Given by tests alone. */
  readonly resolve?: typeof lookup;
};

export const mayReach = (address: string, { loopbackOnly }: Reach): boolean =>
  !isRefusedAddress(address) && (!loopbackOnly || isLoopbackAddress(address));

/**
 * Resolves a name to the addresses that may be reached. The socket connects to these very addresses and asks no second
 * time, so a name that answers otherwise the next moment (DNS rebinding) leads nowhere else.
 */
export function checkedLookup(reach: Reach): LookupFunction {
  const resolve = reach.resolve ?? lookup;
  return (hostname, options, callback) => {
    resolve(hostname, { ...options, all: true }, (error, found: readonly LookupAddress[] | undefined) => {
      if (error !== null || found === undefined) return callback(error, []);
      const allowed = found.filter(({ address }) => mayReach(address, reach));
      const [first] = allowed;
      if (first === undefined) return callback(new AddressRefused(), []);
      return options.all === true ? callback(null, allowed) : callback(null, first.address, first.family);
    });
  };
}
