import type { ApplyingShown } from "@ephor/app/applying-switch";
import type { Caller } from "@ephor/app/caller";
import type { ApplyingSwitch } from "@ephor/app/items";
import type { ChangeRequest } from "@ephor/app/show-plan";
import type { UndoAsked } from "@ephor/app/start-undo";
import type { Result } from "@ephor/domain/result";

export type { ApplyingShown, ApplyingSwitch, ChangeRequest };
export type RollbackAsked = Omit<UndoAsked, "execution">;

type Asked = {
  readonly caller: Caller;
  readonly id: string;
  /** `people[].id`: somebody answers for it. */
  readonly person: string;
  readonly reason: string;
  readonly correlationId: string;
};

/** What the API asks for about responses to findings. */
export type ResponseUseCases = {
  showPlan(of: { readonly caller: Caller; readonly id: string }): Promise<Result<ChangeRequest>>;
  breakGlass(of: Asked): Promise<Result<{ readonly execution: string }>>;
  startRollback(of: Asked): Promise<Result<RollbackAsked>>;
  showApplying(of: { readonly caller: Caller }): Promise<Result<ApplyingShown>>;
  setApplying(of: {
    readonly caller: Caller;
    readonly stopped: boolean;
    readonly reason: string;
    readonly correlationId: string;
  }): Promise<Result<ApplyingSwitch>>;
};
