/** Values that are others in each run, and the placeholders that stand for them: equal values get equal placeholders. */
import { isSecret, type Props, type Value } from "..";

const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
const SIG = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";
const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;
const RANDOM_RESULTS = ["result", "hex", "b64Std", "b64Url", "dec", "bcryptHash", "base64"];

export interface State {
  urn?: string;
  type?: string;
  id?: string;
  inputs?: Props;
  outputs?: Props;
}

export class Volatile {
  private readonly labels = new Map<string, string>();
  private readonly counts = new Map<string, number>();

  constructor(
    private readonly projectDir: string,
    private readonly nodeModules: string,
  ) {}

  /** Learns the volatile values of one resource, from an event or a deployment. */
  learn(state: State | null | undefined): void {
    if (!state?.type) return;
    const name = nameOfUrn(state.urn ?? "");
    const short = `${state.type.split(":").pop() ?? ""}:${name}`;
    if (state.type.startsWith("pulumi:providers:")) this.add(state.id, `id ${state.type.split(":")[2] ?? ""}:${name}`);
    else if (state.type.startsWith("random:")) {
      for (const key of RANDOM_RESULTS) this.add(plaintext(state.outputs?.[key]), `${key} ${short}`);
      if (state.id !== "none") this.add(state.id, `id ${short}`);
    } else if (state.type.startsWith("command:")) this.add(state.id, `id ${short}`);
    else if (state.type === "docker:index/container:Container") {
      this.add(state.id, `id ${short}`);
      this.add(state.id?.slice(0, 12), `shortid ${short}`);
    }
  }
  private add(value: Value | undefined, label: string): void {
    if (typeof value !== "string" || value.length < 6 || value === UNKNOWN || value === "[secret]" || this.labels.has(value)) return;
    const n = (this.counts.get(label) ?? 0) + 1;
    this.counts.set(label, n);
    this.labels.set(value, `<${label}#${n}>`);
  }

  text(text: string): string {
    let masked = text;
    for (const [value, label] of [...this.labels].sort(([a], [b]) => b.length - a.length)) masked = masked.split(value).join(label);
    return masked
      .split(UNKNOWN)
      .join("<unknown>")
      .split(this.projectDir)
      .join("<work>")
      .split("<work>/index.js")
      .join("<work>/index.ts")
      .split(this.nodeModules)
      .join("<node_modules>")
      .replace(/(?:\.\.\/)+(?:[\w.-]+\/)*node_modules\//g, "<node_modules>/")
      .replace(UUID, "<uuid>")
      .replace(/\(node:\d+\)/g, "(node:<pid>)");
  }
  /** Keys sorted; secrets as `{secret: true}` in events and `{ciphertext: true}` in deployments. */
  value(value: Value, secretKey: "secret" | "ciphertext"): Value {
    if (typeof value === "string") return this.text(value);
    if (Array.isArray(value)) return value.map((item) => this.value(item, secretKey));
    if (value === null || typeof value !== "object") return value;
    if (isSecret(value) || value[SIG] === SECRET) return { [secretKey]: true };
    const sorted: Props = {};
    for (const key of Object.keys(value).sort()) sorted[key] = this.value(value[key] as Value, secretKey);
    return sorted;
  }
}

function plaintext(value: Value | undefined): Value | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value) || typeof value["plaintext"] !== "string") return value;
  return JSON.parse(value["plaintext"]) as Value;
}
export function nameOfUrn(urn: string): string {
  return urn.split("::").slice(3).join("::");
}
/** The marked secret's own text, as an export with secrets shows it. */
export function shownSecret(value: Value): Value | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value) || value[SIG] !== SECRET) return undefined;
  return plaintext(value);
}
