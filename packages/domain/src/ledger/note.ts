import { sign, verify } from "node:crypto";
import { type EphorError, ephorError } from "../error.ts";
import { err, ok, type Result } from "../result.ts";
import { fromBase64, toBase64 } from "./hash.ts";
import { isKeyName, type LedgerKey, type VerifierKey } from "./ledger-key.ts";

/** Signed notes of C2SP signed-note, with Ed25519 signatures. Bounds on what is read; the format asks for 16 at least. */
export const NOTE_CHARACTERS_MAX = 1_000_000;
export const NOTE_SIGNATURES_MAX = 100;

/** `signature`: 64 bytes over the UTF-8 of the note's text, made by the key with this name and id (8 hex digits). */
export type NoteSignature = { readonly name: string; readonly id: string; readonly signature: Uint8Array };
/** A note that a known key has signed. `unknownSignatures` counts those of keys that were not given. */
export type OpenedNote = {
  readonly text: string;
  readonly signedBy: readonly VerifierKey[];
  readonly unknownSignatures: number;
};

export type NoteError = EphorError<"ledger.invalid">;
const noteError = (message: string): NoteError => ephorError("ledger.invalid", `signed note: ${message}`);

/** A line feed is the only control character that a note may hold. */
const CONTROL = /[^\P{Cc}\n\u007f-\u009f]/u;
const SIGNATURE_LINE = /^— ([^ ]+) ([A-Za-z0-9+/]+={0,2})$/u;

/** A note over `text`, which ends in a line feed, from signatures made elsewhere (KMS) or by `signNote`. */
export function formatNote(text: string, signatures: readonly NoteSignature[]): string {
  if (!text.endsWith("\n") || CONTROL.test(text) || !text.isWellFormed()) throw new Error("not the text of a note");
  const lines = signatures.map(({ name, id, signature }) => {
    if (!isKeyName(name)) throw new Error(`not a key name: ${JSON.stringify(name)}`);
    return `— ${name} ${toBase64(Buffer.concat([Buffer.from(id, "hex"), signature]))}\n`;
  });
  return `${text}\n${lines.join("")}`;
}

/** Signs `text` with every key: two of them while one replaces the other. */
export function signNote(text: string, keys: readonly LedgerKey[]): string {
  const bytes = Buffer.from(text);
  return formatNote(
    text,
    keys.map(({ name, id, privateKey }) => ({ name, id, signature: sign(null, bytes, privateKey) })),
  );
}

/**
 * The text of a note, if one of `keys` has signed it. Signatures of other keys are ignored, as the format demands;
 * a wrong signature in the name of a known key refuses the whole note.
 */
export function openNote(note: string, keys: readonly VerifierKey[]): Result<OpenedNote, NoteError> {
  const parsed = parseNote(note);
  if (!parsed.ok) return parsed;
  const { text, signatures } = parsed.value;
  const bytes = Buffer.from(text);
  const signedBy = new Set<VerifierKey>();
  let unknownSignatures = 0;
  for (const { name, id, signature } of signatures) {
    const known = keys.filter((key) => key.name === name && key.id === id);
    const signer = known.find(({ publicKey }) => verify(null, bytes, publicKey, signature));
    if (signer !== undefined) signedBy.add(signer);
    else if (known.length > 0) return err(noteError(`the signature of ${name}+${id} is not valid`));
    else unknownSignatures++;
  }
  if (signedBy.size === 0) return err(noteError("no known key has signed it"));
  return ok({ text, signedBy: [...signedBy], unknownSignatures });
}

function parseNote(note: string): Result<{ text: string; signatures: readonly NoteSignature[] }, NoteError> {
  if (note.length > NOTE_CHARACTERS_MAX) return err(noteError(`more than ${NOTE_CHARACTERS_MAX} characters`));
  if (CONTROL.test(note) || !note.isWellFormed())
    return err(noteError("control characters or text that is not Unicode"));
  const end = note.lastIndexOf("\n\n");
  if (end < 0 || !note.endsWith("\n")) return err(noteError("expected text, an empty line and signature lines"));
  const lines = note.slice(end + 2, -1).split("\n");
  if (lines.length > NOTE_SIGNATURES_MAX) return err(noteError(`more than ${NOTE_SIGNATURES_MAX} signatures`));
  const signatures: NoteSignature[] = [];
  for (const [i, line] of lines.entries()) {
    const signature = parseSignature(line);
    if (signature === undefined) return err(noteError(`signature line ${i + 1} is not "— <name> <base64>"`));
    signatures.push(signature);
  }
  return ok({ text: note.slice(0, end + 1), signatures });
}

function parseSignature(line: string): NoteSignature | undefined {
  const [, name = "", base64 = ""] = SIGNATURE_LINE.exec(line) ?? [];
  const bytes = fromBase64(base64);
  if (!isKeyName(name) || bytes === undefined || bytes.length < 5) return undefined;
  return { name, id: Buffer.from(bytes.subarray(0, 4)).toString("hex"), signature: bytes.subarray(4) };
}
