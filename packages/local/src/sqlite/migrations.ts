import { SCHEMA_1 } from "./schema.ts";

/** Takes a store of version - 1 to `version`. Released SQL is never edited. */
export type Migration = { readonly version: number; readonly sql: string };

export const MIGRATIONS: readonly Migration[] = [{ version: 1, sql: SCHEMA_1 }];
