import type { Clock, Notifier, NotifyError } from "@ephor/app/ports";
import type { Channel, ChannelOf } from "@ephor/domain/config/channel";
import type { Result } from "@ephor/domain/result";
import type { HttpPoster } from "./http/http-poster.ts";

/** What a channel is asked to send. */
export type Sending = Omit<Parameters<Notifier["send"]>[0], "channel">;
export type Sent = Awaited<ReturnType<Notifier["send"]>>;
/** The value of a secret reference; where it cannot be read the channel is refused. */
export type SecretValue = (reference: string) => Promise<Result<string, NotifyError>>;

export type SenderDeps = {
  readonly http: HttpPoster;
  readonly secretOf: SecretValue;
  readonly clock: Clock;
};
/** What sends by one kind of channel. */
export type Sender<K extends Channel["kind"], D = SenderDeps> = (
  d: D,
  of: Sending & { readonly channel: ChannelOf<K> },
) => Promise<Sent>;
