"""MiniStack with what AWS does and it does not: EventBridge as the source of AWS's own events.

PutEvents refuses `aws.*` sources, as AWS does; here they go in, as AWS's services put them, and CloudTrail's events carry
the account, Region and time of their record. A rule may hand on to a bus of another Region or account, where the event
keeps its own (EventBridge User Guide, "Sending and receiving events between AWS Regions"). An event that is too large to
be a workflow's input goes to the target's dead-letter queue ("Using dead-letter queues to process undelivered events").

Step Functions: a task's TimeoutSeconds may be an expression, a task that waits for its token fails where its function
does, and a Choice that goes to its Default gives its own Output (Step Functions Developer Guide, "Task workflow state",
"Discover service integration patterns", "Choice workflow state").
"""

import contextvars
import json

from ministack.core.arn import parse_arn
from ministack.core.responses import request_scope
from ministack.services import eventbridge, stepfunctions

INPUT_BYTES_MAX = 262_144

_put_events = eventbridge._put_events
_invoke_target = eventbridge._invoke_target
_pattern_event_view = eventbridge._pattern_event_view


def put_events(data, allow_aws_source=False):
    """AWS's services put on default buses alone; to any other, `aws.*` stays refused."""
    on_default = all(entry.get("EventBusName", "default") == "default" for entry in data.get("Entries", []))
    return _put_events(data, allow_aws_source=allow_aws_source or on_default)


def pattern_event_view(event):
    """The first thing that is made of an event: before it, what CloudTrail's record says is put in its envelope."""
    if str(event.get("Source", "")).startswith("aws.") and "_FromRecord" not in event:
        event["_FromRecord"] = True
        try:
            record = json.loads(event["Detail"])
        except (KeyError, ValueError):
            record = None
        if isinstance(record, dict) and "eventID" in record:
            event["Account"] = record.get("recipientAccountId", event["Account"])
            event["Region"] = record.get("awsRegion", event["Region"])
            event["Time"] = record.get("eventTime", event["Time"])
    return _pattern_event_view(event)


def dispatch_to_event_bus(spec, event, rule, event_path, target_input_payload=None):
    source_rule = eventbridge._rule_key(rule.get("Name"), rule.get("EventBusName", "default"))
    bus = spec.resource.split("/", 1)[1]
    forwarded = {**event, "EventBusName": bus, "_DispatchPath": [*event_path, source_rule]}
    with request_scope(spec.account_id, spec.region):
        if bus not in eventbridge._event_buses or event.get("EventBusName", "default") != "default":
            eventbridge.logger.warning("EventBridge -> Event bus: %s is not there or too far", spec)
            return
        eventbridge._dispatch_event(forwarded)
        archived = dict(forwarded)
        archived.pop("_DispatchPath", None)
        eventbridge._archive_event(archived)


def invoke_target(target, event, rule, view=None):
    dead = target.get("DeadLetterConfig", {}).get("Arn")
    view = view or eventbridge._pattern_event_view(event)
    if dead and ":states:" in target.get("Arn", ""):
        whole = json.dumps(view.event_with_detail())
        if target.get("InputTransformer"):
            payload = eventbridge._apply_input_transformer(target["InputTransformer"], rule, view)
        else:
            payload = whole
        if len(payload.encode()) > INPUT_BYTES_MAX:
            eventbridge._dispatch_to_sqs(parse_arn(dead), whole)
            return
    _invoke_target(target, event, rule, view)


_execute_task = stepfunctions._execute_task
_execute_choice = stepfunctions._execute_choice
_invoke_with_callback = stepfunctions._invoke_with_callback
_call_lambda = stepfunctions._call_lambda
_awaited = contextvars.ContextVar("awaited", default=None)


def execute_task(state_def, raw_input, execution, ctx):
    expression = state_def.get("TimeoutSeconds")
    if isinstance(expression, str):
        try:
            seconds = stepfunctions._jsonata_state_field(state_def, "TimeoutSeconds", "number", raw_input, ctx)
            state_def = {**state_def, "TimeoutSeconds": seconds}
        except stepfunctions._ExecutionError:
            # It fails once more where the state's own Catch sees it.
            state_def = {**state_def, "TimeoutSeconds": 1, "Arguments": {"TimeoutSeconds": expression}}
    return _execute_task(state_def, raw_input, execution, ctx)


def execute_choice(state_def, raw_input, ctx=None):
    if "Output" not in state_def or stepfunctions._state_query_language(state_def, ctx) != "JSONata":
        return _execute_choice(state_def, raw_input, ctx)
    rules = state_def.get("Choices", [])
    matches = any(stepfunctions._evaluate_jsonata_choice_rule(rule, raw_input, ctx) for rule in rules)
    # Before the Default's Assign, as every expression of a state sees what was there before it.
    own = None if matches else stepfunctions._apply_jsonata_output(state_def, raw_input, ctx, default=raw_input)
    output, chosen = _execute_choice(state_def, raw_input, ctx)
    return (output if matches else own), chosen


def invoke_with_callback(resource, input_data, token, state_def):
    mark = _awaited.set(token)
    try:
        return _invoke_with_callback(resource, input_data, token, state_def)
    finally:
        _awaited.reset(mark)


def call_lambda(func_ref, event):
    try:
        return _call_lambda(func_ref, event)
    except stepfunctions._ExecutionError as error:
        awaited = stepfunctions._task_tokens.get(_awaited.get())
        if awaited is not None:
            awaited["error"] = {"Error": error.error, "Cause": error.cause}
            awaited["event"].set()
        raise


stepfunctions._execute_task = execute_task
stepfunctions._execute_choice = execute_choice
stepfunctions._invoke_with_callback = invoke_with_callback
stepfunctions._call_lambda = call_lambda
eventbridge._put_events = put_events
eventbridge._pattern_event_view = pattern_event_view
eventbridge._dispatch_to_event_bus = dispatch_to_event_bus
eventbridge._invoke_target = invoke_target

if __name__ == "__main__":
    from ministack.app import main

    main()
