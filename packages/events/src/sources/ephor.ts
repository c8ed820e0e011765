import { z } from "zod";
import { defineSource } from "./define-source.ts";
import { idText } from "./envelope-schema.ts";

/** Events of the gates and of Ephor itself (`ephor gate report`, a GitHub Action, PutEvents). Identity: `detail.id`. */
export const EPHOR = defineSource({
  kind: "ephor",
  source: "ephor",
  detailTypes: "any",
  schema: z.object({ id: idText }),
  identity: ({ id }) => id,
});
