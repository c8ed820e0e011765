import { type EphorError, ephorError } from "../error.ts";
import { isPrivateField, RECORD_FIELDS } from "./record-fields.ts";
import { commitment, type Kind } from "./record-values.ts";

export type RecordError = EphorError<"ledger.record-invalid">;

export const recordError = (message: string, path?: string): RecordError =>
  ephorError("ledger.record-invalid", message, path === undefined ? {} : { path });

export const tooLarge = (what: string, size: { bytes: number; bytesMax: number }): RecordError =>
  recordError(`${what} may have at most ${size.bytesMax} bytes, got ${size.bytes}`);

const fields = Object.entries(RECORD_FIELDS);
const required = fields.filter(([, field]) => field.required).map(([name]) => name);
const openKinds: ReadonlyMap<string, Kind> = new Map(fields);
const leafKinds: ReadonlyMap<string, Kind> = new Map(
  fields.map(([name, field]) => [name, isPrivateField(name) ? commitment : field]),
);

/** What is wrong with a record, in the open or as it stands in a leaf; undefined when nothing is. */
export function recordFault(record: Readonly<Record<string, unknown>>, form: "open" | "leaf"): RecordError | undefined {
  const kinds = form === "open" ? openKinds : leafKinds;
  for (const name of required) {
    if (record[name] === undefined) return recordError("expected a value, as in every record", `/${name}`);
  }
  for (const name of Object.keys(record)) {
    const kind = kinds.get(name);
    if (kind === undefined) return recordError("no such field; rare values go under metadata", `/${name.slice(0, 64)}`);
    const value = record[name];
    if (value !== undefined && !kind.holds(value))
      return valueError(name, kind.schema.safeParse(value).error?.issues[0]);
  }
  return undefined;
}

type Issue = { readonly message: string; readonly path: readonly PropertyKey[] };

function valueError(name: string, issue: Issue | undefined): RecordError {
  const path = [name, ...(issue?.path ?? [])].map((step) => `/${String(step).slice(0, 64)}`).join("");
  return recordError(issue?.message.slice(0, 200) ?? "not a value of this field", path);
}
