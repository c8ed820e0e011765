import { catalogueFor } from "@ephor/detections/catalogue-for";
import { compileDetections } from "@ephor/detections/evaluate";
import { evaluateDetectionsTask } from "@ephor/tasks/tasks/evaluate-detections";
import { readableBlobs } from "./support/parts.ts";
import { taskHandler } from "./support/task.ts";

const blobs = readableBlobs();
export const handler = taskHandler({ name: "evaluate-detections", task: evaluateDetectionsTask }, (given) => ({
  ...given,
  ...{ blobs, evaluate: compileDetections(catalogueFor(given.config), { allow: given.config.allowLists }) },
}));
