import type { Random } from "@ephor/app/ports";

/** Where a caller may name its request, the first good one counting (logs.md). */
const HEADERS = ["x-correlation-id", "x-request-id"];
const FORM = /^[A-Za-z0-9][A-Za-z0-9._:/=+-]{0,127}$/;

/** The caller's id where it is one that logs and headers can hold, else a new UUID. */
export function correlationIdOf(header: (name: string) => string | undefined, random: Random): string {
  return HEADERS.map(header).find((id) => id !== undefined && FORM.test(id)) ?? uuid(random.bytes(16));
}

/** UUID version 4 (RFC 9562). */
function uuid(bytes: Uint8Array): string {
  const hex = Buffer.from(bytes).toString("hex");
  const variant = ((Number.parseInt(hex.charAt(16), 16) & 0x3) | 0x8).toString(16);
  const parts = [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `4${hex.slice(13, 16)}`,
    `${variant}${hex.slice(17, 20)}`,
    hex.slice(20),
  ];
  return parts.join("-");
}
