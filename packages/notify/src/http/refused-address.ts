import { BlockList, isIP } from "node:net";

/**
 * Addresses that nothing Ephor sends may reach, whatever name led there: link-local ones, where clouds answer with
 * credentials (RFC 3927, RFC 4291), the metadata addresses that lie elsewhere, and those that are no one host's.
 */
const refused = new BlockList();
const SUBNETS = [
  ["169.254.0.0", 16, "ipv4"],
  ["0.0.0.0", 8, "ipv4"],
  ["224.0.0.0", 3, "ipv4"],
  ["fe80::", 10, "ipv6"],
  ["ff00::", 8, "ipv6"],
  // IPv4 inside IPv6 (RFC 4291 2.5.5.1, RFC 6052, RFC 3056): link-local ones.
  ["::169.254.0.0", 112, "ipv6"],
  ["64:ff9b::169.254.0.0", 112, "ipv6"],
  ["2002:a9fe::", 32, "ipv6"],
] as const;
/** EC2, ECS and Google Cloud by IPv6; Alibaba Cloud, Azure, Oracle Cloud; the unspecified address. */
const ADDRESSES = [
  ["fd00:ec2::254", "ipv6"],
  ["fd00:ec2::23", "ipv6"],
  ["fd20:ce::254", "ipv6"],
  ["::", "ipv6"],
  ["100.100.100.200", "ipv4"],
  ["168.63.129.16", "ipv4"],
  ["192.0.0.192", "ipv4"],
] as const;
for (const [net, bits, family] of SUBNETS) refused.addSubnet(net, bits, family);
for (const [address, family] of ADDRESSES) refused.addAddress(address, family);

const loopback = new BlockList();
loopback.addSubnet("127.0.0.0", 8, "ipv4");
loopback.addAddress("::1", "ipv6");

const MAPPED = /^::ffff:(\d{1,3}(?:\.\d{1,3}){3})$/i;

function isIn(list: BlockList, address: string): boolean {
  const plain = (MAPPED.exec(address)?.[1] ?? address).split("%")[0] ?? "";
  const family = isIP(plain);
  return family !== 0 && list.check(plain, family === 4 ? "ipv4" : "ipv6");
}

/** Also true for what is no address. */
export const isRefusedAddress = (address: string): boolean =>
  isIP(address.split("%")[0] ?? "") === 0 || isIn(refused, address);
export const isLoopbackAddress = (address: string): boolean => isIn(loopback, address);
