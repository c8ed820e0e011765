/** The parts of `arn:partition:service:region:account:resource` (AWS General Reference, "Amazon Resource Names"). */
export type Arn = {
  readonly partition: string;
  readonly service: string;
  readonly region: string;
  readonly account: string;
  readonly resource: string;
};

/** Undefined for text that is no ARN. Region and account are empty where the service leaves them out. */
export function parseArn(text: string): Arn | undefined {
  const [head, partition, service, region, account, ...rest] = text.split(":");
  const resource = rest.join(":");
  if (head !== "arn" || !partition || !service || resource === "") return undefined;
  return { partition, service, region: region ?? "", account: account ?? "", resource };
}

/** What people call the resource: what follows its type, e.g. `alice` of `user/alice`, else all of it. */
export function nameInArn(text: string): string | undefined {
  const resource = parseArn(text)?.resource;
  return resource?.split(/[/:]/).at(-1) || resource;
}
