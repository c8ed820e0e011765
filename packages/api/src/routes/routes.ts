import type { Route } from "../route.ts";
import { approvalRoutes } from "./approvals.ts";
import { approveLinkRoutes } from "./approve-links.ts";
import { channelRoutes } from "./channels.ts";
import { detectionRoutes } from "./detections.ts";
import { eventRoutes } from "./events.ts";
import { exceptionRoutes } from "./exceptions.ts";
import { executionRoutes } from "./executions.ts";
import { findingRoutes } from "./findings.ts";
import { ledgerRoutes } from "./ledger.ts";
import { pageRoutes } from "./pages.ts";
import { responseRoutes } from "./responses.ts";
import { signInRoutes } from "./sign-in.ts";
import { slackRoutes } from "./slack.ts";
import { systemRoutes } from "./system.ts";
import { tokenRoutes } from "./tokens.ts";

/** Every route there is. The server, the OpenAPI document and the test that drives each of them read this table. */
export const ROUTES: readonly Route[] = [
  ...eventRoutes,
  ...findingRoutes,
  ...responseRoutes,
  ...approvalRoutes,
  ...approveLinkRoutes,
  ...slackRoutes,
  ...channelRoutes,
  ...exceptionRoutes,
  ...executionRoutes,
  ...detectionRoutes,
  ...ledgerRoutes,
  ...tokenRoutes,
  ...pageRoutes,
  ...signInRoutes,
  ...systemRoutes(() => ROUTES),
];
