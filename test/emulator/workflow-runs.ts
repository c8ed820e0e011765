import {
  DescribeExecutionCommand,
  type ExecutionListItem,
  type ExecutionStatus,
  GetExecutionHistoryCommand,
  type HistoryEvent,
  paginateListExecutions,
  paginateListStateMachines,
  type SFNClient,
} from "@aws-sdk/client-sfn";
import { isJsonObject, type JsonObject } from "@ephor/domain/json";

/** What the emulator knows of executions, Express ones too, which AWS would not list. */
export type WorkflowRuns = {
  /** How many are running, of all workflows. */
  readonly running: () => Promise<number>;
  readonly of: (workflow: string, status?: ExecutionStatus) => Promise<readonly ExecutionListItem[]>;
  readonly inputsOf: (workflow: string) => Promise<readonly JsonObject[]>;
  readonly historyOf: (executionArn: string) => Promise<readonly HistoryEvent[]>;
};

const PAGE = 1000;

export function workflowRuns({ sfn, nameOf }: { sfn: SFNClient; nameOf: (thing: string) => string }): WorkflowRuns {
  const inputs = new Map<string, JsonObject>();

  async function machines(): Promise<readonly { readonly name: string; readonly stateMachineArn: string }[]> {
    const found: { name: string; stateMachineArn: string }[] = [];
    for await (const { stateMachines = [] } of paginateListStateMachines({ client: sfn }, {})) {
      for (const { name = "", stateMachineArn = "" } of stateMachines) found.push({ name, stateMachineArn });
    }
    return found;
  }

  async function list(stateMachineArn: string, status?: ExecutionStatus): Promise<readonly ExecutionListItem[]> {
    const query = { stateMachineArn, maxResults: PAGE, ...(status === undefined ? {} : { statusFilter: status }) };
    const found: ExecutionListItem[] = [];
    for await (const { executions = [] } of paginateListExecutions({ client: sfn }, query)) found.push(...executions);
    return found;
  }

  async function of(workflow: string, status?: ExecutionStatus): Promise<readonly ExecutionListItem[]> {
    const machine = (await machines()).find(({ name }) => name === nameOf(workflow));
    if (machine === undefined) throw new Error(`there is no state machine ${nameOf(workflow)}`);
    return list(machine.stateMachineArn, status);
  }

  async function inputOf(executionArn: string): Promise<JsonObject> {
    const known = inputs.get(executionArn);
    if (known !== undefined) return known;
    const { input = "{}" } = await sfn.send(new DescribeExecutionCommand({ executionArn }));
    const parsed: unknown = JSON.parse(input);
    const read = isJsonObject(parsed) ? parsed : {};
    inputs.set(executionArn, read);
    return read;
  }

  return {
    of,
    async running() {
      const counts = await Promise.all((await machines()).map((one) => list(one.stateMachineArn, "RUNNING")));
      return counts.flat().length;
    },
    async inputsOf(workflow) {
      const read: JsonObject[] = [];
      for (const { executionArn = "" } of await of(workflow)) read.push(await inputOf(executionArn));
      return read;
    },
    async historyOf(executionArn) {
      const { events = [] } = await sfn.send(new GetExecutionHistoryCommand({ executionArn, maxResults: PAGE }));
      return events;
    },
  };
}
