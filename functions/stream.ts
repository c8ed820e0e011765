import { dispatchEffects } from "@ephor/app/dispatch-effects";
import { signCheckpoint } from "@ephor/app/sign-checkpoint";
import { observed, once } from "@ephor/tasks/handler";
import { config } from "./support/config.ts";
import { consumeStream, type StreamBatch } from "./support/consume-stream.ts";
import { machine } from "./support/machine.ts";
import { observe } from "./support/observe.ts";
import { blobs, ledgerKey, table } from "./support/parts.ts";
import { workflows } from "./support/workflows.ts";

const instruments = observe("stream");
const { log } = instruments;
const parts = { ...machine, log, ...table(), ...workflows(), blobs: blobs() };
const signerFor = ledgerKey();
const signer = once(async () => signerFor(await config()));

export const handler = observed(instruments, async (batch: StreamBatch) => {
  const { retention } = await config();
  return consumeStream(
    {
      ...{ log, settle: parts.settle },
      signCheckpoint: async (tenant) => signCheckpoint({ ...parts, signer: await signer() }, tenant),
      dispatchEffects: (tenant) => dispatchEffects({ ...parts, retention }, tenant),
    },
    batch,
  );
});
