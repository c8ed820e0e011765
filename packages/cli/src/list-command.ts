import type { ApiClient } from "@ephor/api/client";
import type { ListPage } from "@ephor/api/use-cases";
import type { Result } from "@ephor/domain/result";
import { clientOf } from "./client.ts";
import { EXIT, type ExitCode, type Invocation, text } from "./command.ts";
import { listPages, type Query } from "./list-pages.ts";
import { printList } from "./output.ts";
import { refused } from "./refused.ts";

type ListSpec<T> = {
  readonly list: (client: ApiClient) => (query: Query) => Promise<Result<ListPage<T>>>;
  /** Options that are passed on by their names. */
  readonly filters?: readonly string[];
  readonly columns: Readonly<Record<string, (item: T) => unknown>>;
  /** Said on a terminal where there is nothing, and where there is nothing that the filters let through. */
  readonly empty: string;
  readonly unmatched?: string;
};

/** A command that prints a list of the node's. It says where the list goes on, which nothing else would tell. */
export const listCommand =
  <T extends object>({ list, filters = [], columns, empty, unmatched = empty }: ListSpec<T>) =>
  async (invocation: Invocation): Promise<ExitCode> => {
    const { io, values } = invocation;
    const client = clientOf(invocation);
    if (!client.ok) return refused(invocation, client.error);
    const listed = await listPages(invocation, { filters, list: list(client.value) });
    if (!listed.ok) return refused(invocation, listed.error);
    const { items, isMore } = listed.value;
    const isFiltered = filters.some((name) => text(values, name) !== undefined);
    await printList(invocation, { items, columns, empty: isFiltered ? unmatched : empty });
    if (isMore) io.say(`${items.length} shown, there are more: --all or --limit N`);
    return EXIT.done;
  };
