import { GetExecutionHistoryCommand, type GetExecutionHistoryCommandOutput, type SFNClient } from "@aws-sdk/client-sfn";
import type { Json } from "@ephor/domain/json";
import { type CallDeps, callAws, nameOf } from "../call-aws.ts";

const PAGE = 1_000;
/** A Standard execution has at most so many events. */
const EVENTS_MAX = 25_000;

/** The events of a Standard execution, oldest first; none where Step Functions keeps it no more (90 days after its end). */
export async function readHistory(
  d: CallDeps & { readonly client: SFNClient },
  executionArn: string,
): Promise<readonly Json[]> {
  const events: Json[] = [];
  let nextToken: string | undefined;
  do {
    const command = new GetExecutionHistoryCommand({ executionArn, maxResults: PAGE, ...(nextToken && { nextToken }) });
    const page = await readPage(d, command);
    events.push(...(page.events ?? []).map(plain));
    nextToken = page.nextToken;
  } while (nextToken !== undefined && events.length < EVENTS_MAX);
  return events;
}

async function readPage(
  d: CallDeps & { readonly client: SFNClient },
  command: GetExecutionHistoryCommand,
): Promise<Partial<GetExecutionHistoryCommandOutput>> {
  try {
    return await callAws(d, {
      service: "Step Functions",
      family: "aws",
      isRepeatable: true,
      send: (abortSignal) => d.client.send(command, { abortSignal }),
    });
  } catch (cause) {
    if (nameOf(cause) === "ExecutionDoesNotExist") return {};
    throw cause;
  }
}

/** Times as text, nothing undefined. */
const plain = (event: object): Json => JSON.parse(JSON.stringify(event));
