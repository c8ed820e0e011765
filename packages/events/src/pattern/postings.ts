import type { EventReader } from "./event-reader.ts";

/** Rules, by number, that one matcher finds; where they are many, `narrower` finds the fewer that an event may match. */
export type Postings = { readonly rules: number[]; narrower: Narrower | undefined };

export type Narrower = { ask(reader: EventReader, take: TakePostings): void };

export type TakePostings = (postings: Postings) => void;

export const newPostings = (): Postings => ({ rules: [], narrower: undefined });
