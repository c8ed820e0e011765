import { detections } from "@ephor/detections/catalogue";
import { runCases } from "@ephor/detections/test-cases";
import { EXIT, type ExitCode, flag, type Invocation } from "../command.ts";
import { printJson } from "../output.ts";

export async function run(invocation: Invocation): Promise<ExitCode> {
  const { args, io, values } = invocation;
  const unknown = args.filter((id) => !detections.some((detection) => detection.id === id));
  if (unknown.length > 0) {
    io.say(`ephor: no detection ${unknown.join(", ")}; \`ephor detections list\` names them`);
    return EXIT.usage;
  }
  const result = runCases(args.length === 0 ? detections : detections.filter(({ id }) => args.includes(id)));
  const failed = result.cases.filter((one) => !one.ok);
  if (flag(values, "json") || !io.isTty) await printJson(invocation, result);
  else
    await io.out(
      `${failed.map((one) => `FAILED ${one.detection}: ${one.name}: ${one.message}\n`).join("")}${result.passed} passed, ${result.failed} failed\n`,
    );
  return failed.length === 0 ? EXIT.done : EXIT.failed;
}
