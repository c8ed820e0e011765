import type { STSClientConfig } from "@aws-sdk/client-sts";

/** What every service's client is made with; see `aws-call.ts` for the bounds. */
export type ClientSettings = Pick<
  Required<STSClientConfig>,
  "region" | "credentials" | "requestHandler" | "maxAttempts"
>;

type Client = { send(command: never, options: { abortSignal: AbortSignal }): Promise<object> };
type CommandClass = new (input: never) => object;

/** The operations of one service that remediations may call, and how a call is made with a client of some credentials. */
export type ServiceCalls = {
  readonly operations: readonly string[];
  /** Undefined for an operation that is not among them. */
  open(
    settings: ClientSettings,
  ): (operation: string, input: object, signal: AbortSignal) => Promise<object> | undefined;
};

type Service = {
  readonly client: (settings: ClientSettings) => Client;
  /** By name, each written out: a bundler keeps these of the SDK and no others. */
  readonly commands: Readonly<Record<string, CommandClass>>;
};

export function callsOf({ client, commands }: Service): ServiceCalls {
  return {
    operations: Object.keys(commands),
    open(settings) {
      const opened = client(settings);
      return (operation, input, abortSignal) => {
        const Command = Object.hasOwn(commands, operation) ? commands[operation] : undefined;
        // Inputs are data: AWS itself is what parses them, so no type can stand here.
        return Command === undefined ? undefined : opened.send(new Command(input as never) as never, { abortSignal });
      };
    },
  };
}
