import type { NoteRun } from "@ephor/app/note-run";
import type { Tenant } from "@ephor/domain/tenant";

/** Every tenant that may have work waiting. */
export type Tenants = { readonly tenants: () => readonly Tenant[] };

/** Writes the line of an Express run, where nobody else can: a node's runner does so itself. */
export type NotesRuns = { readonly noteRun?: NoteRun };
