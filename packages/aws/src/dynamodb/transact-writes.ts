import { type TransactWriteItem, TransactWriteItemsCommand } from "@aws-sdk/client-dynamodb";
import type { Write, WriteError } from "@ephor/app/ports";
import { ephorError } from "@ephor/domain/error";
import { err, ok, type Result } from "@ephor/domain/result";
import { type CancellationReason, callDynamodb, cancellationReasons } from "./call-dynamodb.ts";
import type { DynamodbContext } from "./dynamodb-store.ts";
import { decideIncrement } from "./increment-counter.ts";
import { putNewForm, writeForm } from "./write-forms.ts";

/** Writes whose form depends on what is there are sent again when that was not what the form is for. */
const FORMS_MAX = 6;

type Given = { readonly writes: readonly Write[]; readonly texts: readonly string[] };

/** All or nothing; the same call twice is one (ClientRequestToken), so that it may be repeated whatever happened. */
export async function transactWrites(d: DynamodbContext, given: Given): Promise<Result<void, WriteError>> {
  const nowSeconds = d.nowSeconds();
  const forms = given.writes.map((write, i) =>
    writeForm(write, { text: given.texts[i] ?? "", table: d.table, nowSeconds }),
  );
  for (let attempt = 1; attempt < FORMS_MAX; attempt++) {
    const reasons = await send(d, forms);
    if (reasons === undefined) return ok(undefined);
    const failed = await otherForms(d, { ...given, forms, reasons, nowSeconds });
    if (failed !== undefined) return err(failed);
  }
  return err(ephorError("store.conflict", "an item came and went while it was written", { path: "" }));
}

/** The cancellation reasons, or undefined where it was done. */
async function send(
  d: DynamodbContext,
  forms: TransactWriteItem[],
): Promise<readonly CancellationReason[] | undefined> {
  const token = Buffer.from(d.random.bytes(16)).toString("hex");
  const command = new TransactWriteItemsCommand({ TransactItems: forms, ClientRequestToken: token });
  try {
    await callDynamodb(d, { isRepeatable: true, send: (abortSignal) => d.client.send(command, { abortSignal }) });
    return undefined;
  } catch (error) {
    const reasons = cancellationReasons(error);
    if (reasons === undefined) throw error;
    return reasons;
  }
}

type Failed = Given & {
  readonly forms: TransactWriteItem[];
  readonly reasons: readonly CancellationReason[];
  readonly nowSeconds: number;
};

/** Puts another form in the place of each that failed, or gives the error of the first write that has none. */
async function otherForms(d: DynamodbContext, failed: Failed): Promise<WriteError | undefined> {
  for (const [i, write] of failed.writes.entries()) {
    const { Code: code, Message: message } = failed.reasons[i] ?? {};
    if (code === undefined || code === "None") continue;
    const path = `/${i}`;
    if (code === "ItemCollectionSizeLimitExceeded")
      return ephorError("store.too-large", `${code}: ${message}`, { path });
    if (code !== "ConditionalCheckFailed") return ephorError("store.invalid", `${code}: ${message}`, { path });
    const form = await otherForm(d, { write, i, ...failed });
    if (!form.ok) return { ...form.error, path };
    failed.forms[i] = form.value;
  }
  return undefined;
}

type At = Failed & { readonly write: Write; readonly i: number };

async function otherForm(d: DynamodbContext, at: At): Promise<Result<TransactWriteItem, WriteError>> {
  const { write, nowSeconds } = at;
  const context = { text: at.texts[at.i] ?? "", table: d.table, nowSeconds };
  if (write.kind === "put" && write.when.kind === "any") {
    const wasForLive = at.forms[at.i]?.Update !== undefined;
    return ok(wasForLive ? { Put: putNewForm(write.item, context) } : writeForm(write, context));
  }
  if (write.kind !== "increment") {
    return err(ephorError("store.conflict", `write ${at.i} expected the item to be as it was`));
  }
  const decided = await decideIncrement(d, write);
  if (!decided.ok) return decided;
  return ok(decided.value.kind === "create" ? { Put: decided.value.put } : { Update: decided.value.update });
}
