import type { AwsCall, AwsFailure, AwsRequest } from "@ephor/domain/aws-call";
import type { JsonObject } from "@ephor/domain/json";
import { ok } from "@ephor/domain/result";
import type { Answer, Answers } from "./case.ts";

/** AWS as `answers` has it, and what it was asked. An operation without an answer throws: the case forgot it. */
export function recordedAws(answers: Answers): { readonly aws: AwsCall; readonly asked: readonly AwsRequest[] } {
  const asked: AwsRequest[] = [];
  const aws: AwsCall = async (request) => {
    const before = asked.filter(({ operation }) => operation === request.operation).length;
    asked.push(request);
    const answer = nth(answers[request.operation], before);
    if (answer === undefined) throw new Error(`the case has no answer to ${request.operation}`);
    return isFailure(answer) ? { ok: false, error: answer.failure } : ok(answer);
  };
  return { aws, asked };
}

function nth(given: Answers[string] | undefined, index: number): Answer | undefined {
  return isAnswers(given) ? (given[index] ?? given.at(-1)) : given;
}

const isAnswers = (given: Answers[string] | undefined): given is readonly Answer[] => Array.isArray(given);
const isFailure = (answer: Answer): answer is { readonly failure: AwsFailure } =>
  Object.keys(answer).length === 1 && isObject(answer["failure"]) && typeof answer["failure"]["awsCode"] === "string";
const isObject = (value: unknown): value is JsonObject => typeof value === "object" && value !== null;
