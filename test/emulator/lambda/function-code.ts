import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type ZipEntry, zipOf } from "./zip.ts";

const LOOP = readFileSync(join(import.meta.dirname, "bootstrap.mjs"));
const START = 'exec node --disable-warning=ExperimentalWarning "$LAMBDA_TASK_ROOT/bootstrap.mjs"\n';

/** The bundle that would ship, as it lies in `folder`, with the loop beside it. Throws a sentence where there is none. */
export function functionCode(folder: string, { mark }: { readonly mark?: string } = {}): Uint8Array {
  if (!existsSync(join(folder, "index.mjs"))) {
    throw new Error(
      `There is no bundle at ${folder}/index.mjs: the program was not synthesised, or it lost a function.`,
    );
  }
  const bundle = readdirSync(folder).map((name): ZipEntry => ({ name, bytes: readFileSync(join(folder, name)) }));
  return zipOf([
    ...bundle,
    { name: "bootstrap.mjs", bytes: LOOP },
    { name: "bootstrap", bytes: Buffer.from(`#!/bin/sh\n${START}`), isExecutable: true },
    // What makes this archive another one than the last, where a new version is to be published.
    ...(mark === undefined ? [] : [{ name: "mark", bytes: Buffer.from(mark) }]),
  ]);
}
