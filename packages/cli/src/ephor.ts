import { processIo } from "./io.ts";
import { main } from "./main.ts";

// A reader that ends early (`ephor … | head`) ends the command quietly.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit(0);
  throw error;
});
process.exitCode = await main(process.argv.slice(2), processIo());
