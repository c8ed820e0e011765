import type { ItemInput, Write } from "./ports.ts";
import { INDEX_NAMES } from "./store-indexes.ts";

/** Attribute names, version and other bookkeeping beside keys and JSON text, on the safe side. */
const ITEM_OVERHEAD_BYTES = 512;
/** An index entry's attribute names and tenant; a number that stands once more for counting. */
const INDEX_OVERHEAD_BYTES = 100;
const COUNTER_OVERHEAD_BYTES = 24;

/** UTF-8 takes at most three bytes for a UTF-16 code unit. */
const atMost = (text: string): number => 3 * text.length;

/** The JSON text that a write stores, empty for most kinds; undefined where its nesting exhausts the stack. */
export function storedText(write: Write): string | undefined {
  const value = storedBy(write);
  if (value === undefined) return "";
  try {
    return JSON.stringify(value);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function storedBy(write: Write): object | undefined {
  if (write.kind === "put") return write.item.data;
  return write.kind === "append" ? write.record.sealed : undefined;
}

/** No less than `sizeOf`, without counting a byte. */
export const sizeBound = (write: Write, text: string): number => measured(write, { text, bytesOf: atMost });

/** What DynamoDB counts for the item at most, in bytes. `text` is its `storedText`. */
export const sizeOf = (write: Write, text: string): number => measured(write, { text, bytesOf: Buffer.byteLength });

type Measure = { readonly text: string; readonly bytesOf: (text: string) => number };

function measured(write: Write, { text, bytesOf }: Measure): number {
  if (write.kind === "append") {
    return ITEM_OVERHEAD_BYTES + bytesOf(text) + bytesOf(write.record.leaf) + bytesOf(write.record.id);
  }
  const { pk, sk } = write.kind === "put" ? write.item : write.key;
  const bytes = ITEM_OVERHEAD_BYTES + bytesOf(pk) + bytesOf(sk) + bytesOf(text);
  return write.kind === "put" ? bytes + besideOf(write.item, bytesOf) : bytes;
}

/** Index keys, and whole numbers, which DynamoDB holds a second time. */
function besideOf({ data, indexes }: ItemInput, bytesOf: (text: string) => number): number {
  let bytes = 0;
  for (const field in data) {
    if (typeof data[field] === "number") bytes += COUNTER_OVERHEAD_BYTES + bytesOf(field);
  }
  if (indexes === undefined) return bytes;
  for (const name of INDEX_NAMES) {
    const key = indexes[name];
    if (key !== undefined) bytes += INDEX_OVERHEAD_BYTES + bytesOf(key.pk) + bytesOf(key.sk);
  }
  return bytes;
}
