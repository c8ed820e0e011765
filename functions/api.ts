import { observed, once } from "@ephor/tasks/handler";
import { handle, type LambdaEvent } from "hono/aws-lambda";
import { apiFor } from "./support/api.ts";
import { observe } from "./support/observe.ts";

const instruments = observe("api");
const served = once(apiFor(instruments));

export const handler = observed(instruments, async (event: LambdaEvent) => handle(await served())(event));
