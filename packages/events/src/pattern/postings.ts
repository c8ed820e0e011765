/** Rules, by number. */
export type Postings = readonly number[];

export type TakePostings = (postings: Postings) => void;
