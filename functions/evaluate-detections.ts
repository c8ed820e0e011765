import { catalogueFor } from "@ephor/detections/catalogue-for";
import { compileDetections } from "@ephor/detections/evaluate";
import { readableBlobs } from "./support/parts.ts";
import { taskHandler } from "./support/task.ts";

const blobs = readableBlobs();
export const handler = taskHandler("evaluate-detections", (given) => ({
  ...given,
  ...{ blobs, evaluate: compileDetections(catalogueFor(given.config), { allow: given.config.allowLists }) },
}));
