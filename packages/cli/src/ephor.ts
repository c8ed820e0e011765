import { enableCompileCache } from "node:module";
import { join } from "node:path";

// Compiled modules are kept between runs beside the packages, where only their owner writes: a start takes half the time.
enableCompileCache(join(import.meta.dirname, "../../../node_modules/.cache/ephor"));

const { main } = await import("./main.ts");
const { processIo } = await import("./io.ts");

// A reader that ends early (`ephor … | head`) ends the command quietly.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit(0);
  throw error;
});
process.exitCode = await main(process.argv.slice(2), processIo());
