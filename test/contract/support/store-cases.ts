import type { Condition, ItemInput, Key, Store, Write } from "@ephor/app/ports";
import { EphorException } from "@ephor/domain/error";
import type { JsonObject } from "@ephor/domain/json";
import type { SealedRecord } from "@ephor/domain/ledger/record";
import { isTenant, type Tenant } from "@ephor/domain/tenant";
import type { Subject } from "./store-subjects.ts";

/** Declares one case; it runs with the open store and a tenant of its own. */
export type Check = (name: string, run: (given: Subject & { tenant: Tenant }) => Promise<void>) => void;

let tenants = 0;
/** Each case has a tenant of its own in the one store. */
export function freshTenant(): Tenant {
  const name = `tenant-${process.pid}-${tenants++}`;
  if (!isTenant(name)) throw new Error(name);
  return name;
}

export const ABSENT: Condition = { kind: "absent" };
export const ANY: Condition = { kind: "any" };
export const atVersion = (version: number): Condition => ({ kind: "version", version });

export const itemAt = (key: Key, data: JsonObject, more: Partial<ItemInput> = {}): ItemInput => ({
  ...key,
  v: 1,
  data,
  ...more,
});
export const put = (item: ItemInput, when: Condition = ANY): Write => ({ kind: "put", item, when });
export const recordOf = (tenant: Tenant, name: string): SealedRecord => ({
  tenant,
  id: `rec_${name}`,
  leaf: `{"id":"${name}"}`,
  sealed: {},
});

export const outcomeOf = async (done: ReturnType<Store["transact"]>): Promise<string> => {
  const result = await done;
  return result.ok ? "ok" : `${result.error.code} ${result.error.path}`;
};

export const codeOfThrown = (error: unknown): string =>
  error instanceof EphorException ? error.error.code : String(error);
