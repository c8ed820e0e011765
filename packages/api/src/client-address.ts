import { BlockList, isIP } from "node:net";

/** A forwarded chain longer than this is not read: no real one is. */
const FORWARDED_CHARACTERS_MAX = 1024;
const UNKNOWN = "unknown";

/**
 * Which address a request comes from: the peer, or, where the peer is one of `trustedProxies` (addresses or CIDR
 * networks), the last hop of X-Forwarded-For that is not. Only a trusted proxy's word counts, so nobody can pick
 * their own address. Without port; IPv4 inside IPv6 as IPv4.
 */
export function clientAddressOf(trustedProxies: readonly string[]) {
  const trusted = blockListOf(trustedProxies);
  const isTrusted = (address: string) => isIP(address) !== 0 && trusted.check(address, family(address));
  return (peer: string | undefined, forwardedFor: string | undefined): string => {
    const direct = plainAddress(peer ?? "");
    if (!isTrusted(direct) || forwardedFor === undefined) return direct;
    const hops = forwardedFor
      .slice(-FORWARDED_CHARACTERS_MAX)
      .split(",")
      .map((hop) => plainAddress(hop.trim()));
    return hops.findLast((hop) => !isTrusted(hop)) ?? direct;
  };
}

export const isLoopback = (address: string): boolean => address === "::1" || /^127(?:\.\d{1,3}){3}$/.test(address);

/** `[::1]:80`, `10.0.0.1:80` and `::ffff:10.0.0.1` without their trimmings; `unknown` for anything that is no address. */
function plainAddress(text: string): string {
  const bare = /^\[([^\]]+)\](?::\d+)?$/.exec(text)?.[1] ?? /^([\d.]+):\d+$/.exec(text)?.[1] ?? text;
  const address = bare.replace(/^::ffff:(?=\d+\.)/i, "").toLowerCase();
  return isIP(address) === 0 ? UNKNOWN : address;
}

function blockListOf(networks: readonly string[]): BlockList {
  const list = new BlockList();
  for (const network of networks) {
    const [address = "", bits] = network.split("/");
    if (bits === undefined) list.addAddress(address, family(address));
    else list.addSubnet(address, Number(bits), family(address));
  }
  return list;
}

const family = (address: string): "ipv4" | "ipv6" => (isIP(address) === 6 ? "ipv6" : "ipv4");
