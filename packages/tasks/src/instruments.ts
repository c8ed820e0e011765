import { Logger } from "@aws-lambda-powertools/logger";
import { Metrics } from "@aws-lambda-powertools/metrics";
import { Tracer } from "@aws-lambda-powertools/tracer";
import type { Log } from "@ephor/app/ports";
import { logFields } from "./log-fields.ts";

/** What a Lambda function is observed with. The tracer stands here and in `handler.ts` alone (architecture rule 4). */
export type Instruments = {
  readonly logger: Logger;
  readonly log: Log;
  readonly tracer: Tracer;
  readonly metrics: Metrics;
};

/** One set a function. `name` is the function's, `version` what is deployed. */
export function instrumentsFor({ name, version }: { name: string; version: string }): Instruments {
  const logger = new Logger({ serviceName: "ephor", persistentKeys: { function: name, version } });
  return {
    logger,
    log: {
      debug: (event, fields) => logger.debug(event, logFields(fields)),
      info: (event, fields) => logger.info(event, logFields(fields)),
      warn: (event, fields) => logger.warn(event, logFields(fields)),
      error: (event, fields) => logger.error(event, logFields(fields)),
    },
    tracer: new Tracer({ serviceName: `ephor-${name}` }),
    metrics: new Metrics({ namespace: "ephor", serviceName: name }),
  };
}
