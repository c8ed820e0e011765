/**
 * A block of IP addresses: `digits` are the hexadecimal digits of its address (8 for IPv4, 32 for IPv6),
 * of which the first `bits` bits count.
 */
export type AddressBlock = { readonly digits: string; readonly bits: number };

const IPV4_CHARACTERS_MAX = 15;
const IPV6_CHARACTERS_MAX = 39;
const ZERO = "0".charCodeAt(0);
const DOT = ".".charCodeAt(0) - ZERO;
const MAPPED_IPV4 = `${"0".repeat(20)}ffff`;

/**
 * The hexadecimal digits of an IP address literal, or undefined for any other text.
 * IPv4 is dotted decimal; IPv6 is RFC 4291 without an embedded dotted quad; an IPv4-mapped IPv6 address is its
 * IPv4 address, as in event-ruler, the engine behind EventBridge.
 */
export function addressDigits(text: string): string | undefined {
  if (text.length < 2 || text.length > IPV6_CHARACTERS_MAX) return undefined;
  return text.includes(":") ? ipv6Digits(text) : ipv4Digits(text);
}

/** A single address as a block, or undefined where `text` is no address. */
export function singleAddress(text: string): AddressBlock | undefined {
  const digits = addressDigits(text);
  return digits === undefined ? undefined : { digits, bits: digits.length * 4 };
}

/**
 * Reads `address/bits`, or says what is wrong with it. EventBridge wants fewer than 32 bits for IPv4 and
 * fewer than 128 for IPv6: a single address is written as a plain string.
 */
export function parseAddressBlock(text: string): AddressBlock | { readonly problem: string } {
  const [address = "", mask, ...rest] = text.split("/");
  if (mask === undefined || rest.length > 0) return { problem: 'expected an address, one "/" and a number of bits' };
  if (!/^\d{1,3}$/.test(mask)) return { problem: 'expected the number of bits after "/" to be a whole number' };
  const digits = addressDigits(address);
  if (digits === undefined) return { problem: 'expected an IPv4 or IPv6 address before "/"' };
  const bits = Number(mask);
  const bitsMax = digits.length * 4 - 1;
  return bits > bitsMax ? { problem: `expected at most ${bitsMax} bits, got ${bits}` } : { digits, bits };
}

/** The first `bits` bits of an address as a text that is equal for exactly the addresses of one block. */
export function blockKey(digits: string, bits: number): string {
  const whole = bits >> 2;
  const rest = bits & 3;
  if (rest === 0) return digits.slice(0, whole);
  const kept = Number.parseInt(digits.charAt(whole), 16) >> (4 - rest);
  return `${digits.slice(0, whole)}:${kept}`;
}

/** One pass over the characters, since this is asked of many texts that are no address. */
function ipv4Digits(text: string): string | undefined {
  if (text.length > IPV4_CHARACTERS_MAX) return undefined;
  let address = 0;
  let octet = -1;
  let dots = 0;
  for (let i = 0; i < text.length; i++) {
    const digit = text.charCodeAt(i) - ZERO;
    if (digit >= 0 && digit <= 9) {
      octet = Math.max(octet, 0) * 10 + digit;
      if (octet > 255) return undefined;
      continue;
    }
    if (digit !== DOT || octet < 0) return undefined;
    address = address * 256 + octet;
    octet = -1;
    dots++;
  }
  if (dots !== 3 || octet < 0) return undefined;
  return (address * 256 + octet).toString(16).padStart(8, "0");
}

function ipv6Digits(text: string): string | undefined {
  const halves = text.split("::");
  if (halves.length > 2) return undefined;
  const [head, tail] = halves.map(groupsOf);
  if (head === undefined) return undefined;
  if (halves.length === 1) return head.length === 8 ? unmapped(head.join("")) : undefined;
  if (tail === undefined || head.length + tail.length > 7) return undefined;
  const zeros = "0000".repeat(8 - head.length - tail.length);
  return unmapped(head.join("") + zeros + tail.join(""));
}

function groupsOf(half: string): readonly string[] | undefined {
  if (half === "") return [];
  const groups = half.split(":");
  if (!groups.every((group) => /^0*[0-9a-fA-F]{1,4}$/.test(group))) return undefined;
  return groups.map((group) => group.toLowerCase().padStart(4, "0").slice(-4));
}

const unmapped = (digits: string): string => (digits.startsWith(MAPPED_IPV4) ? digits.slice(24) : digits);
