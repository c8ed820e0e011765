import type { IncomingMessage } from "node:http";
import { kindOfOperation } from "./kinds.ts";

/** A call of AWS as it stands in a request. */
export type AskedCall = {
  readonly operation: string;
  /** Empty where it is about none of the resources of the run. */
  readonly resource: string;
  readonly isChange: boolean;
  /** The same change has the same one: a plan may hold several calls of one operation. */
  readonly what: string;
};
type Input = Readonly<Record<string, string>>;

/** Reads both protocols that the run's services speak: JSON with the operation in a header, and forms. */
export function askedCall({ headers }: Pick<IncomingMessage, "headers">, body: string): AskedCall {
  const target = headers["x-amz-target"];
  const input = typeof target === "string" ? jsonInput(body) : Object.fromEntries(new URLSearchParams(body));
  const operation = (typeof target === "string" ? target.split(".").at(-1) : input["Action"]) ?? "";
  const kind = kindOfOperation(operation);
  return {
    operation,
    resource: kind?.resourceOf(input) ?? "",
    isChange: kind?.changes.includes(operation) === true,
    what: `${operation} ${JSON.stringify(Object.entries(input).sort())}`,
  };
}

function jsonInput(body: string): Input {
  const value: unknown = JSON.parse(body);
  if (typeof value !== "object" || value === null) return {};
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, String(member)]));
}

/** A fault of the service, in the words of the protocol in which it was asked. Nothing was done. */
export function faultAnswer({ headers }: Pick<IncomingMessage, "headers">) {
  if (headers["x-amz-target"] !== undefined) {
    const body = JSON.stringify({ __type: "InternalFailure", message: "not done" });
    return { type: "application/x-amz-json-1.1", body };
  }
  const error = "<Error><Code>InternalError</Code><Message>not done</Message></Error>";
  // EC2's own shape and that of the other services of this protocol, each of which reads its own.
  const body = isEc2(headers.authorization)
    ? `<Response><Errors>${error}</Errors><RequestID>1</RequestID></Response>`
    : `<ErrorResponse>${error}<RequestId>1</RequestId></ErrorResponse>`;
  return { type: "text/xml", body };
}

/** The scope of a signature names the service. AWS Signature Version 4, "Credential". */
const isEc2 = (authorization: string | undefined): boolean => /\/ec2\/aws4_request/.test(authorization ?? "");
