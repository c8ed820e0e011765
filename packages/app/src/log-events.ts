/**
 * The catalogue of log events: stable id -> what it tells an operator (style.md 16). A line's `message` is one of these;
 * its values are fields.
 */
export const LOG_EVENTS = {
  "node.started": "The node answers requests",
  "node.stopping": "The node takes no new work and finishes what is under way",
  "node.stopped": "The node has ended; `left` is what the next start takes up",
  "node.resumed": "Work left by the last run was taken up again",
  "config.reloaded": "A changed configuration is in force; `needs_restart` names what of it waits for a restart",
  "config.refused": "A changed configuration cannot be used; the former one stays in force, and a finding says so",
  "clock.went-back": "The machine's clock went back; times stand still until it has caught up",
  "bus.delivery-failed": "An event could not be handled; it is tried again or becomes a dead letter",
  "effect.failed": "An effect could not be carried out; it is tried again or becomes a dead letter",
  "slack.refused":
    "A request that claims to come from Slack was refused: forged, too old, repeated, or from nobody known",
  "slack.no-dialog": "Slack could not ask for a reason; the decision counts without one",
  "slack.untold": "A person could not be told why a decision in Slack was not counted",
  "execution.ended": "An execution ended",
  "execution.stuck": "An execution could not go on; it is taken up again from its history",
  "task.broke": "A task failed in a way nobody foresaw: a bug",
  "detection.failed": "A detection broke on an event; the event is kept as a dead letter",
  "checkpoint.failed": "The ledger's head could not be signed; it is tried again at the next turn",
  "store.checkpoint-failed":
    "The thread that copies the store's log failed; SQLite does it in commits until it is tried again",
  "store.listener-failed": "A listener of the store failed; the commit stands",
  "sweep.failed": "Regular work failed; it is tried again at the next turn",
  "approval.link-forged": "A link to an approval was not one of this node's, or not whole",
  "http.request": "One request was answered",
  "http.failed": "A request failed inside Ephor",
  "http.refusal-unrecorded": "A refused request could not be written to the ledger",
} as const;

export type LogEvent = keyof typeof LOG_EVENTS;
