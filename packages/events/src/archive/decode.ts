import { isUtf8 } from "node:buffer";
import type { Json } from "@ephor/domain/json";

/** One record of an archive as data, or why it is none. */
export type Decoded =
  | { readonly kind: "item"; readonly value: Json }
  | { readonly kind: "malformed"; readonly reason: string };

export const malformedRecord = (reason: string): Decoded => ({ kind: "malformed", reason });

/** JSON text in UTF-8 (RFC 8259). Text that is not UTF-8 is refused, never guessed at. */
export function decodeJson(bytes: Buffer): Decoded {
  if (!isUtf8(bytes)) return malformedRecord("not UTF-8");
  try {
    return { kind: "item", value: JSON.parse(bytes.toString("utf8")) };
  } catch (cause) {
    return malformedRecord(`not JSON${placeIn(cause)}`);
  }
}

/** The engine's message quotes the text around the mistake, which may be private: only the place is kept. */
function placeIn(cause: unknown): string {
  const position = /at position (\d+)/.exec(cause instanceof Error ? cause.message : "")?.[1];
  return position === undefined ? "" : ` at character ${position}`;
}
