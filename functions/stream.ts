import { dispatchEffects } from "@ephor/app/dispatch-effects";
import { signCheckpoint } from "@ephor/app/sign-checkpoint";
import { observed, once } from "@ephor/tasks/handler";
import { config } from "./support/config.ts";
import { consumeStream, type StreamBatch } from "./support/consume-stream.ts";
import { effects } from "./support/effects.ts";
import { machine } from "./support/machine.ts";
import { observe } from "./support/observe.ts";
import { ledgerKey, table } from "./support/parts.ts";

const instruments = observe("stream");
const { log } = instruments;
const parts = { ...machine, log, ...table() };
const carryOut = effects();
const signerFor = ledgerKey();
const signer = once(async () => signerFor(await config()));
const effectDeps = once(async () => ({ ...machine, ...(await carryOut({ config: await config(), log })) }));

export const handler = observed(instruments, async (batch: StreamBatch) => {
  return consumeStream(
    {
      ...{ log, settle: parts.settle },
      signCheckpoint: async (tenant) => signCheckpoint({ ...parts, signer: await signer() }, tenant),
      dispatchEffects: async (tenant) => dispatchEffects(await effectDeps(), tenant),
    },
    batch,
  );
});
