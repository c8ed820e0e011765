import { type ApiClient, apiClient } from "@ephor/api/client";
import { ephorError } from "@ephor/domain/error";
import { err, ok, type Result } from "@ephor/domain/result";
import type { Invocation } from "./command.ts";
import { dataFolderOf, nodeUrlOf, tokenOf } from "./settings.ts";

/** The client of the node that the options or the environment name. */
export function clientOf(invocation: Invocation): Result<ApiClient> {
  const url = nodeUrlOf(invocation);
  if (!url.ok) return url;
  const token = tokenOf(invocation);
  if (token !== undefined) return ok(apiClient({ url: url.value, token }));
  const place = `${dataFolderOf(invocation)}/admin-token`;
  return err(
    ephorError(
      "node.unreachable",
      `no API token: give --token or EPHOR_TOKEN, or start a node here first (there is no ${place})`,
    ),
  );
}
