/** An answer before it becomes a `Response`. */
export type Reply = {
  readonly status: number;
  readonly body: string | Uint8Array | null;
  readonly headers: Readonly<Record<string, string>>;
};
type Headers = Readonly<Record<string, string>>;

/** What one tenant may see is for its own eyes: no shared cache keeps it, and a browser asks again. */
const PRIVATE = { "cache-control": "no-store" };
/** May be kept, but every use asks again with its ETag: the same address holds another tenant's bytes for another caller. */
export const REVALIDATED = { "cache-control": "private, no-cache" };

export const jsonReply = (body: unknown, { status = 200, headers = {} }: { status?: number; headers?: Headers } = {}) =>
  reply({ status, body: JSON.stringify(body), headers: { "content-type": "application/json", ...headers } });

export const textReply = (body: string | Uint8Array, headers: Headers & { "content-type": string }): Reply =>
  reply({ status: 200, body, headers });

export const pageReply = (
  markup: string,
  { status = 200, headers = {} }: { status?: number; headers?: Headers } = {},
) => reply({ status, body: markup, headers: { "content-type": "text/html; charset=utf-8", ...headers } });

/** After a POST: the browser goes on with a GET. `location` is a path of this node. */
export const seeOther = (location: string, headers: Headers = {}): Reply =>
  reply({ status: 303, body: null, headers: { location, ...headers } });

const reply = ({ headers, ...rest }: Reply): Reply => ({ ...rest, headers: { ...PRIVATE, ...headers } });
