import { COMMA, classAt, LIST_CLOSE, LIST_OPEN, NEWLINE, OPEN, QUOTE, skipSpace } from "./bytes.ts";
import { type Decoded, decodeJson, malformedRecord } from "./decode.ts";
import { recoverLines } from "./recover-lines.ts";
import { ValueScan } from "./value-scan.ts";

export type SplitterOptions = {
  /** A longer record is malformed, is skipped, and the rest goes on. */
  readonly recordBytesMax: number;
  /** What becomes of the bytes of one record, which are lent for the call only. Default: JSON. */
  readonly decode?: (bytes: Buffer) => Decoded;
};

/** Deeper records are malformed without being parsed; events themselves end at 48 levels. */
const RECORD_DEPTH_MAX = 64;
const TOO_DEEP = malformedRecord(`nested more than ${RECORD_DEPTH_MAX} levels deep`);

/** Where the splitter is: between values, in one, or in something that begins none. */
type Place = "between" | "value" | "junk";
/** What holds the values: nothing, a list at the top, a list in an object; or what is read is the rest of that object. */
type Holder = "none" | "list" | "wrapper" | "tail";

/**
 * Cuts a stream of bytes into JSON records without holding the stream: values one after the other or line by line, the
 * items of a list, and those of `{"Records": [...]}` in any place of its object. It only looks at quotes and brackets;
 * what it cuts out is parsed by itself, so that a broken record costs that record. A line that breaks off inside a
 * record is made good by the lines after it. Memory: a chunk and one record of at most `recordBytesMax`.
 */
export class RecordSplitter {
  readonly #recordBytesMax: number;
  readonly #decode: (bytes: Buffer) => Decoded;
  readonly #tooLarge: Decoded;
  #found: Decoded[] = [];
  #bytes: Buffer = Buffer.alloc(0);
  /** How far the bytes are read; behind their end by one where they end in half an escape. */
  #at = 0;
  #place: Place = "between";
  #holder: Holder = "none";
  /** Of the value that is being read; of one that is too large the bytes are let go. */
  #start = 0;
  #scan = new ValueScan({ watches: false });
  #isTooLarge = false;

  constructor({ recordBytesMax, decode = decodeJson }: SplitterOptions) {
    this.#recordBytesMax = recordBytesMax;
    this.#decode = decode;
    this.#tooLarge = malformedRecord(`larger than ${recordBytesMax} bytes`);
  }

  push(chunk: Buffer): void {
    this.#append(chunk);
    this.#run();
    while (this.#growsTooLarge()) {
      if (this.#recover(this.#bytes.length)) this.#run();
      else this.#isTooLarge = true;
    }
  }

  /** What was found since the last call, in order. */
  take(): readonly Decoded[] {
    const found = this.#found;
    this.#found = [];
    return found;
  }

  /** Ends the stream. Gives the reason where it ends too early; what stands before that is still to be taken. */
  end(): string | undefined {
    while (this.#place === "value" && this.#recover(this.#bytes.length)) this.#run();
    if (this.#place === "junk") this.#endJunk(this.#bytes.length);
    if (this.#holder === "tail") return "ends inside the object that holds the records";
    if (this.#place === "value") return "ends inside a record";
    return this.#holder === "none" ? undefined : "ends inside a list of records";
  }

  #run(): void {
    while (this.#at < this.#bytes.length) {
      if (this.#place === "value") this.#readValue();
      else if (this.#place === "junk") this.#readJunk();
      else this.#readBetween();
    }
  }

  /** Lets go of what is done with, keeps the value that is being read, and puts the chunk behind it. */
  #append(chunk: Buffer): void {
    const gone = this.#keptFrom();
    this.#bytes = gone === this.#bytes.length ? chunk : Buffer.concat([this.#bytes.subarray(gone), chunk]);
    this.#at -= gone;
    this.#start -= gone;
    this.#scan.shift(gone);
  }

  /** Of what will be no record only the last key is kept: it may be that of a list of records. */
  #keptFrom(): number {
    const end = this.#bytes.length;
    if (this.#place === "between") return end;
    if (!this.#isTooLarge && this.#holder !== "tail") return this.#start;
    return this.#place === "value" ? this.#scan.keptFrom(end) : end;
  }

  #growsTooLarge(): boolean {
    if (this.#place === "between" || this.#isTooLarge || this.#holder === "tail") return false;
    return this.#bytes.length - this.#start > this.#recordBytesMax;
  }

  #readBetween(): void {
    const at = skipSpace(this.#bytes, this.#at);
    this.#at = at;
    const byte = this.#bytes[at];
    if (byte === undefined) return;
    if (byte === LIST_CLOSE && this.#holder !== "none") this.#endList();
    else if (byte === LIST_OPEN && this.#holder === "none") this.#beginList("list");
    else if (classAt(this.#bytes, at) === OPEN || classAt(this.#bytes, at) === QUOTE) this.#beginValue();
    else this.#begin("junk");
  }

  #begin(place: "value" | "junk"): void {
    this.#place = place;
    this.#start = this.#at;
    this.#isTooLarge = false;
  }

  #beginValue(): void {
    this.#begin("value");
    this.#scan = new ValueScan({ watches: this.#holder === "none" });
  }

  #beginList(holder: "list" | "wrapper"): void {
    this.#at = holder === "list" ? this.#at + 1 : this.#at;
    this.#holder = holder;
    this.#place = "between";
  }

  #endList(): void {
    this.#at++;
    if (this.#holder === "list") {
      this.#holder = "none";
      return;
    }
    this.#holder = "tail";
    this.#begin("value");
    this.#scan = new ValueScan({ watches: true, depth: 1 });
  }

  #readValue(): void {
    this.#at = this.#scan.read(this.#bytes, this.#at);
    if (this.#scan.opensWrapper) this.#beginList("wrapper");
    else if (this.#scan.isDone) this.#endValue();
  }

  #endValue(): void {
    this.#place = "between";
    if (this.#holder === "tail") this.#holder = "none";
    else if (this.#isTooLarge || this.#at - this.#start > this.#recordBytesMax) this.#found.push(this.#tooLarge);
    else if (this.#scan.deepest > RECORD_DEPTH_MAX) this.#found.push(TOO_DEEP);
    else this.#decodeValue();
  }

  #decodeValue(): void {
    const decoded = this.#decode(this.#bytes.subarray(this.#start, this.#at));
    if (decoded.kind !== "malformed" || !this.#recover(this.#at)) this.#found.push(decoded);
  }

  /** What begins no value: at the top the rest of its line, in a list up to the next item. */
  #readJunk(): void {
    const bytes = this.#bytes;
    let at = this.#at;
    while (at < bytes.length && !this.#endsJunk(bytes[at])) at++;
    this.#at = at;
    if (at < bytes.length) this.#endJunk(at);
  }

  #endsJunk(byte: number | undefined): boolean {
    return byte === NEWLINE || (this.#holder !== "none" && (byte === LIST_CLOSE || byte === COMMA));
  }

  #endJunk(end: number): void {
    this.#place = "between";
    const isTooLarge = this.#isTooLarge || end - this.#start > this.#recordBytesMax;
    this.#found.push(isTooLarge ? this.#tooLarge : this.#decode(this.#bytes.subarray(this.#start, end)));
  }

  /** Reads the top-level value so far, up to `end`, as lines. False, with nothing changed, where that gives no record. */
  #recover(end: number): boolean {
    if (this.#holder !== "none" || this.#isTooLarge || this.#place === "junk") return false;
    const recovered = recoverLines(this.#bytes.subarray(this.#start, end), this.#decode);
    if (recovered === undefined) return false;
    for (const decoded of recovered.found) this.#found.push(decoded);
    this.#at = this.#start + recovered.rest;
    this.#place = "between";
    return true;
  }
}
