import type { AwsCall } from "@ephor/domain/aws-call";
import type { JsonObject } from "@ephor/domain/json";
import { ok } from "@ephor/domain/result";
import { z } from "zod";
import { type Asked, ask, unsupported } from "../ask.ts";

const PAGES_MAX = 10;
const PAGE_ITEMS = 1000;

type Listing<T> = {
  readonly operation: string;
  readonly input: JsonObject;
  readonly page: z.ZodType<T>;
  /** AWS's own codes that mean that the resource itself is gone. */
  readonly gone?: readonly string[];
};

/** All pages of a list of EC2. */
export async function listAll<T>(aws: AwsCall, { operation, input, page, gone = [] }: Listing<T>): Promise<Asked<T[]>> {
  const pages: T[] = [];
  let token: string | undefined;
  const answer = z.intersection(
    z.object({ NextToken: z.string().optional() }),
    page.transform((items) => ({ items })),
  );
  for (let read = 0; read < PAGES_MAX; read++) {
    const at = { ...input, MaxResults: PAGE_ITEMS, ...(token === undefined ? {} : { NextToken: token }) };
    const answered = await ask(aws, { service: "ec2", operation, input: at }, { answer, gone });
    if (!answered.ok) return answered;
    pages.push(answered.value.items);
    token = answered.value.NextToken;
    if (token === undefined || token === "") return ok(pages);
  }
  return unsupported(`${operation} lists more than ${PAGES_MAX * PAGE_ITEMS} items`);
}
