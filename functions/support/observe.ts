import { instrumentsFor } from "@ephor/tasks/instruments";
import { setting } from "./machine.ts";

/** Logger, tracer and metrics of a function. */
export const observe = (name: string) => instrumentsFor({ name, version: setting("EPHOR_VERSION") });
