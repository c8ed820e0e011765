/**
 * The shortest prefixes that are still somebody's network, as `ec2.security-group-opened-to-world` draws the line: an
 * IPv4 block wider than /8, or an IPv6 block as wide as 2000::/3, is the internet, cut in halves or not.
 */
const V4_BITS_MIN = 8;
const V6_BITS_MIN = 4;

/**
 * A block so wide that it is the internet, written as AWS writes it (`203.0.113.9/0` is `0.0.0.0/0`); undefined for any
 * narrower one, and for what is no block.
 */
export function worldCidr(text: string): string | undefined {
  const [, address = "", length] = /^([0-9a-f.:]{2,45})\/(\d{1,3})$/i.exec(text) ?? [];
  if (length === undefined) return undefined;
  const bits = Number(length);
  if (address.includes(":")) return bits < V6_BITS_MIN ? `${firstOf(address, bits)}::/${bits}` : undefined;
  const first = Number(address.split(".")[0]) & masked(bits, 8);
  return bits < V4_BITS_MIN ? `${first}.0.0.0/${bits}` : undefined;
}

/** What the mask leaves of the first sixteen bits, as IPv6 writes it: nothing for zero. */
function firstOf(address: string, bits: number): string {
  const first = Number.parseInt(address.split(":")[0] || "0", 16) & masked(bits, 16);
  return first === 0 ? "" : first.toString(16);
}

const masked = (bits: number, width: number): number => (2 ** width - 1) & ~(2 ** (width - bits) - 1);
