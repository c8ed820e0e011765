import { rmSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { afterAll, beforeAll } from "vitest";
import { describeFunctions } from "../contract/aws-functions.contract.ts";
import { bundleAll } from "./bundled.ts";

/* What is shipped does what its sources do: nothing that is left out of a bundle is missed. */

let folder = "";
beforeAll(async () => {
  folder = (await bundleAll()).folder;
}, 120_000);
afterAll(() => rmSync(folder, { recursive: true }));

/** By Node itself: as they lie there, not as a test runner would transform them. */
const load = createRequire(import.meta.url);
describeFunctions(async (name) => load(join(folder, name, "index.mjs")));
