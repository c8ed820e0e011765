import { z } from "zod";

// URL writes every spelling of an address one way (0x7f.1 is 127.0.0.1), so the tests below see canonical text.
const LOOPBACK = /^(?:localhost|.+\.localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;
/** Link-local and instance metadata addresses: nothing Ephor sends may reach them (RFC 3927, RFC 4291, EC2 IMDS). */
const REFUSED =
  /^(?:169\.254(?:\.\d{1,3}){2}|\[::(?:ffff:)?a9fe:[0-9a-f:]+\]|\[fe[89ab][0-9a-f]:[0-9a-f:]*\]|\[fd00:ec2::254\]|metadata|metadata\.google\.internal|instance-data)$/;

/** The URL, if people and services may be sent to `value`: https, or http on this machine; no credentials. */
export function safeUrl(value: string): URL | undefined {
  if (!URL.canParse(value)) return undefined;
  const url = new URL(value);
  if (url.username !== "" || url.password !== "" || url.hash !== "") return undefined;
  if (REFUSED.test(url.hostname)) return undefined;
  if (url.protocol === "https:") return url;
  return url.protocol === "http:" && LOOPBACK.test(url.hostname) ? url : undefined;
}

const network = z.union([z.cidrv4(), z.cidrv6(), z.ipv4(), z.ipv6()]);

/** One address or a network, v4 or v6: `10.0.0.0/8`, `2001:db8::/32`, `192.0.2.7`. */
export const cidrSchema = z
  .string()
  .max(64, "an address or network of at most 64 characters")
  .refine((value) => network.safeParse(value).success, "an address or network such as `10.0.0.0/8`");
