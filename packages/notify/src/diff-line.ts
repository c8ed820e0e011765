import { canonicalJson } from "@ephor/domain/canonical-json";
import type { DiffEntry } from "@ephor/domain/diff";
import type { Json } from "@ephor/domain/json";

const written = (value: Json | undefined): string => (value === undefined ? "(absent)" : canonicalJson(value));

/** One changed field as a line of plain text. */
export const diffLine = ({ path, before, after }: DiffEntry): string =>
  `${path}: ${written(before)} → ${written(after)}`;
