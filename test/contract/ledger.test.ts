import { ledgerContract } from "./ledger.contract.ts";
import { LEDGER_SUBJECTS } from "./ledger-subjects.ts";

for (const kind of LEDGER_SUBJECTS) ledgerContract(kind);
