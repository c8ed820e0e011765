import { execFileSync, spawn } from "node:child_process";
import { createReadStream, createWriteStream } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { finished } from "node:stream/promises";
import { fileURLToPath } from "node:url";

const SOURCE = fileURLToPath(new URL("pom.xml", import.meta.url));
const BUILD = fileURLToPath(new URL("../../../.build/event-ruler/", import.meta.url));

/** Builds the Java side with Maven into .build/event-ruler. */
export async function buildPeer(): Promise<void> {
  await mkdir(BUILD, { recursive: true });
  execFileSync("mvn", ["-q", "-f", SOURCE, "package", "dependency:copy-dependencies"], { stdio: "inherit" });
}

/** Runs the Java side over `lines`, one JSON document each, and gives its answers, a line each. */
export async function askPeer(lines: readonly string[], mode: "answers" | "speed"): Promise<readonly string[]> {
  const [input, output] = [join(BUILD, `${mode}-in.ndjson`), join(BUILD, `${mode}-out.ndjson`)];
  await writeFile(input, `${lines.join("\n")}\n`);
  const classPath = [join(BUILD, "classes"), join(BUILD, "dependency", "*")].join(delimiter);
  const java = spawn("java", ["-cp", classPath, "EventRulerPeer", mode], { stdio: ["pipe", "pipe", "inherit"] });
  createReadStream(input).pipe(java.stdin);
  await finished(java.stdout.pipe(createWriteStream(output)));
  return (await readFile(output, "utf8")).trim().split("\n");
}
