import { BlockList, isIP } from "node:net";
import type { AllowListEntry } from "@ephor/domain/config/allow-list";
import type { FindingDraft } from "@ephor/domain/finding";
import type { Event } from "@ephor/events/envelope";
import { sourceIp } from "@ephor/events/sources/cloudtrail-read";

/** Known and wanted cases by detection id, as `allowLists` of the configuration holds them. */
export type AllowLists = { readonly [detection: string]: readonly AllowListEntry[] };
export type IsAllowed = (draft: FindingDraft, event: Event) => boolean;

type Test = (draft: FindingDraft, event: Event) => boolean;

/**
 * Whether a draft is a known and wanted case. All that an entry names must fit: the resource by id, ARN or name, `*`
 * standing for any characters; the account; the network that the call came from. A pass-through finding is looked up by
 * its own detection (`guardduty.finding:Recon:…`) and by the one that passed it through (`guardduty.finding`).
 */
export function compileAllowLists(lists: AllowLists): IsAllowed {
  const tests = new Map(Object.entries(lists).map(([id, entries]) => [id, entries.map(testOf)]));
  return (draft, event) => {
    const passedThrough = draft.detection.split(":", 1)[0] ?? "";
    return [draft.detection, ...(passedThrough === draft.detection ? [] : [passedThrough])].some((id) =>
      tests.get(id)?.some((test) => test(draft, event)),
    );
  };
}

function testOf({ resource, account, cidr }: AllowListEntry): Test {
  const isResource = resource === undefined ? undefined : likeness(resource);
  const isSource = cidr === undefined ? undefined : within(cidr);
  return (draft, event) => {
    if (account !== undefined && draft.account !== account) return false;
    const { id, arn, name } = draft.resource;
    if (isResource && ![id, arn, name].some((text) => text !== undefined && isResource(text))) return false;
    return isSource?.(sourceIp(event) ?? "") ?? true;
  };
}

/** Compares piece by piece, so that no pattern of an operator can take long: linear in the text for each piece. */
function likeness(pattern: string): (text: string) => boolean {
  const [first = "", ...rest] = pattern.split("*");
  const last = rest.pop();
  if (last === undefined) return (text) => text === pattern;
  return (text) => {
    if (!text.startsWith(first) || !text.endsWith(last) || text.length < first.length + last.length) return false;
    let from = first.length;
    for (const piece of rest) {
      const at = text.indexOf(piece, from);
      if (at === -1) return false;
      from = at + piece.length;
    }
    return from <= text.length - last.length;
  };
}

const family = (address: string): "ipv4" | "ipv6" => (isIP(address) === 6 ? "ipv6" : "ipv4");

function within(cidr: string): (address: string) => boolean {
  const [network = "", bits] = cidr.split("/");
  const list = new BlockList();
  if (bits === undefined) list.addAddress(network, family(network));
  else list.addSubnet(network, Number(bits), family(network));
  return (address) => isIP(address) !== 0 && list.check(address, family(address));
}
