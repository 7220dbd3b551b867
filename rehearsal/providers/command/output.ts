/** What a command printed: each stream by itself, both as they came, and line by line while it runs. */
import { StringDecoder } from "node:string_decoder";

export type Logging = "stdout" | "stderr" | "stdoutAndStderr" | "none";

export class Output {
  private readonly decoders = { stdout: new StringDecoder(), stderr: new StringDecoder() };
  private readonly texts = { stdout: "", stderr: "" };
  private line = "";
  /** Both streams as they came. */
  all = "";

  constructor(
    private readonly logging: Logging,
    private readonly say: (line: string) => void,
  ) {}

  add(stream: "stdout" | "stderr", data: Buffer): void {
    const text = this.decoders[stream].write(data);
    this.texts[stream] += text;
    this.all += text;
    if (this.logging !== stream && this.logging !== "stdoutAndStderr") return;
    const lines = (this.line + text).split("\n");
    this.line = lines.pop() ?? "";
    for (const line of lines) this.say(line.replace(/\r$/, ""));
  }
  end(): void {
    if (this.line !== "") this.say(this.line);
    this.line = "";
  }
  /** Without the last line break. */
  get stdout(): string {
    return this.texts.stdout.replace(/\n$/, "");
  }
  get stderr(): string {
    return this.texts.stderr.replace(/\n$/, "");
  }
}

/** @param reason `exit status 3`, `signal: killed` … */
export function commandError(reason: string, command: string, output: string): Error {
  return new Error(`${reason}: running ${quoted(command)}:\n${output}`);
}

const ESCAPES: Record<string, string> = {
  "\x07": "\\a",
  "\b": "\\b",
  "\f": "\\f",
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
  "\v": "\\v",
  "\\": "\\\\",
  '"': '\\"',
};
/** As the official provider, which is written in Go, quotes a command. */
export function quoted(text: string): string {
  const escaped = text.replace(/[\x00-\x1f"\\\x7f-\xa0\u00ad\u2028\u2029\ufeff]/g, (char) => {
    const code = char.charCodeAt(0);
    return ESCAPES[char] ?? (code < 0x80 ? `\\x${hex(code, 2)}` : `\\u${hex(code, 4)}`);
  });
  return `"${escaped}"`;
}
function hex(code: number, digits: number): string {
  return code.toString(16).padStart(digits, "0");
}
