import { ok, type Result } from "@ephor/domain/result";
import { isExactDouble } from "./exact-double.ts";
import type { JsonMember, JsonNode } from "./json-node.ts";
import { PATTERN_LIMITS, type PatternError } from "./pattern.ts";
import { invalid } from "./pattern-error.ts";

type Read = Result<JsonNode, PatternError>;

const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const WORDS: ReadonlyMap<string, boolean | null> = new Map([
  ["true", true],
  ["false", false],
  ["null", null],
]);

/**
 * Strict JSON (RFC 8259) to `JsonNode`: no comments, no trailing commas, nothing after the value.
 * `JSON.parse` will not do: it drops all but the last of repeated keys, which EventBridge does not.
 * Bounds: `charactersMax` characters, PATTERN_LIMITS.depth levels. Errors: `pattern.invalid` with line and column.
 */
export function readJson(text: string, charactersMax: number): Read {
  if (text.length > charactersMax) {
    return invalid(undefined, `expected at most ${charactersMax} characters, got ${text.length}`);
  }
  const reader = new JsonReader(text);
  const value = reader.value(0);
  return value.ok ? reader.end(value) : value;
}

class JsonReader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  value(depth: number): Read {
    if (depth > PATTERN_LIMITS.depth) return this.#expected(`at most ${PATTERN_LIMITS.depth} levels of nesting`);
    this.#skipSpace();
    const first = this.#text[this.#at];
    if (first === "{") return this.#object(depth);
    if (first === "[") return this.#array(depth);
    if (first === '"') return this.#string();
    return this.#wordOrNumber();
  }

  end(value: Read): Read {
    this.#skipSpace();
    return this.#at === this.#text.length ? value : this.#expected("nothing after the pattern");
  }

  #object(depth: number): Read {
    const members: JsonMember[] = [];
    this.#at++;
    if (this.#take("}")) return ok({ kind: "object", members });
    do {
      this.#skipSpace();
      if (this.#text[this.#at] !== '"') return this.#expected("a key in double quotes");
      const key = this.#string();
      if (!key.ok) return key;
      if (!this.#take(":")) return this.#expected('":" after a key');
      const value = this.value(depth + 1);
      if (!value.ok) return value;
      if (key.value.kind === "string") members.push({ key: key.value.value, value: value.value });
    } while (this.#take(","));
    return this.#take("}") ? ok({ kind: "object", members }) : this.#expected('"," or "}"');
  }

  #array(depth: number): Read {
    const items: JsonNode[] = [];
    this.#at++;
    if (this.#take("]")) return ok({ kind: "array", items });
    do {
      const item = this.value(depth + 1);
      if (!item.ok) return item;
      items.push(item.value);
    } while (this.#take(","));
    return this.#take("]") ? ok({ kind: "array", items }) : this.#expected('"," or "]"');
  }

  #string(): Read {
    const start = this.#at;
    let escaped = false;
    let at = start + 1;
    for (; at < this.#text.length; at++) {
      const unit = this.#text.charCodeAt(at);
      if (unit === 0x22) break;
      if (unit < 0x20) return this.#expectedAt(at, "control characters in strings to be escaped");
      if (unit !== 0x5c) continue;
      escaped = true;
      at++;
    }
    if (at >= this.#text.length) return this.#expectedAt(start, "a string that ends");
    this.#at = at + 1;
    if (!escaped) return ok({ kind: "string", value: this.#text.slice(start + 1, at) });
    const value = unescaped(this.#text.slice(start, at + 1));
    return value === undefined ? this.#expectedAt(start, "known escapes in a string") : ok({ kind: "string", value });
  }

  #wordOrNumber(): Read {
    NUMBER.lastIndex = this.#at;
    const literal = NUMBER.exec(this.#text)?.[0];
    if (literal !== undefined) {
      this.#at += literal.length;
      return ok({ kind: "number", value: Number(literal), comparable: isExactDouble(literal) });
    }
    for (const [word, value] of WORDS) {
      if (!this.#text.startsWith(word, this.#at)) continue;
      this.#at += word.length;
      return ok({ kind: "literal", value });
    }
    return this.#expected("a JSON value");
  }

  #take(mark: string): boolean {
    this.#skipSpace();
    if (this.#text[this.#at] !== mark) return false;
    this.#at++;
    return true;
  }

  #skipSpace(): void {
    for (; this.#at < this.#text.length; this.#at++) {
      const unit = this.#text.charCodeAt(this.#at);
      if (unit !== 0x20 && unit !== 0x0a && unit !== 0x0d && unit !== 0x09) return;
    }
  }

  #expected(what: string): Read {
    return this.#expectedAt(this.#at, what);
  }

  #expectedAt(at: number, what: string): Read {
    const before = this.#text.slice(0, at).split("\n");
    const column = (before.at(-1)?.length ?? 0) + 1;
    return invalid(undefined, `not valid JSON at line ${before.length}, column ${column}: expected ${what}`);
  }
}

/** The text of a quoted string with escapes, or undefined where an escape is unknown. */
function unescaped(quoted: string): string | undefined {
  try {
    const text: unknown = JSON.parse(quoted);
    return typeof text === "string" ? text : undefined;
  } catch {
    return undefined;
  }
}
