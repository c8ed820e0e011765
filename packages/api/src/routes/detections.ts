import { z } from "zod";
import { type Route, route } from "../route.ts";
import { detection, pageOf, paging } from "../schemas.ts";
import { answerJson } from "./answer-json.ts";

export const detectionRoutes: readonly Route[] = [
  route({
    method: "GET",
    path: "/v1/detections",
    summary: "List the detections in force",
    role: "viewer",
    input: z.object({ query: z.strictObject(paging) }),
    answers: { 200: { what: "A page of the catalogue", schema: pageOf(detection) } },
    handle: async ({ query }, { useCases, caller }) => answerJson(await useCases.listDetections({ ...query, caller })),
  }),
];
