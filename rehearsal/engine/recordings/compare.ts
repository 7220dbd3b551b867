/** Differences between what was recorded and what our engine did, as `path: recorded …, got …`. */
import type { Props, Value } from "..";
import { sortDiagnostics, type Observed } from "./normalise-events";
import type { NormalisedState } from "./normalise-state";
import type { Diagnosed, Phase, Recorded, RecordedEvent } from "./record";

/** Written by bridged and generated providers only. */
const PROVIDERS_OWN = new Set(["__meta", "__pulumi_raw_state_delta", "__defaults", "__pulumi-go-provider-version"]);
const PLACEHOLDER = /<((?:id|result|hex|b64Std|b64Url|dec|base64|bcryptHash) [^#<>]*)#(\d+)>/g;

/** Placeholders are numbered in the order in which a run meets them: which number stands for which is found by comparing. */
export class Comparison {
  private readonly pairs = new Map<string, string>();
  private readonly taken = new Set<string>();
  readonly differences: string[] = [];

  phase(path: string, recorded: Phase, got: Observed & { succeeded: boolean }): void {
    this.same(`${path}.result`, recorded.result, got.succeeded ? "succeeded" : "failed");
    this.same(`${path}.summary`, recorded.summary, got.phase.summary);
    this.same(`${path}.config`, recorded.config ?? {}, got.phase.config ?? {});
    this.events(`${path}.events`, recorded.events, got.phase.events);
    this.same(`${path}.stackOutputs`, recorded.stackOutputs ?? null, got.phase.stackOutputs ?? null);
    this.same(`${path}.diagnostics`, withoutStacks(recorded.diagnostics), withoutStacks(got.phase.diagnostics));
    for (const [first, second] of recorded.mustPrecede) {
      const [before, after] = [got.times.get(first), got.times.get(second)];
      if (before && after && Math.min(...before) >= Math.max(...after))
        this.differences.push(`${path}.mustPrecede: ${first} did not come before ${second}`);
    }
  }
  state(path: string, recorded: Recorded, got: NormalisedState): void {
    const deployment = { ...recorded.deployment };
    // When, and by which version: not what.
    delete deployment["manifest"];
    this.same(`${path}.outputs`, recorded.outputs ?? {}, got.outputs);
    this.same(`${path}.deployment`, deployment, got.deployment);
    this.same(`${path}.secretPlaintexts`, recorded.secretPlaintexts ?? {}, got.secretPlaintexts);
  }
  same(path: string, recorded: unknown, got: unknown): void {
    this.value(path, withoutProvidersOwn(recorded as Value), withoutProvidersOwn(got as Value));
  }

  private events(path: string, recorded: RecordedEvent[], got: RecordedEvent[]): void {
    const names = (events: RecordedEvent[]): string[] => events.map(({ op, urn }) => `${op} ${urn}`);
    const [wanted, had] = [names(recorded), names(got)];
    const missing = wanted.filter((name) => !had.includes(name));
    const extra = had.filter((name) => !wanted.includes(name));
    if (missing.length > 0 || extra.length > 0 || wanted.length !== had.length) {
      this.differences.push(
        `${path}: missing [${missing.join(", ")}], extra [${extra.join(", ")}], recorded ${wanted.length}, got ${had.length}`,
      );
      return;
    }
    recorded.forEach(({ detailedDiff, ...rest }, i) => {
      // Some providers give an empty one where others give none.
      const event = detailedDiff && Object.keys(detailedDiff).length > 0 ? { ...rest, detailedDiff } : rest;
      this.same(`${path}[${event.op} ${event.urn.split("::").slice(2).join("::")}]`, event, got[i]);
    });
  }

  private value(path: string, recorded: Value | undefined, got: Value | undefined): void {
    if (typeof recorded === "string" && typeof got === "string") {
      if (!this.sameText(recorded, got)) this.differ(path, recorded, got);
    } else if (Array.isArray(recorded) && Array.isArray(got) && recorded.length === got.length) {
      recorded.forEach((item, i) => {
        this.value(`${path}[${i}]`, item, got[i]);
      });
    } else if (isMap(recorded) && isMap(got)) {
      for (const key of new Set([...Object.keys(recorded), ...Object.keys(got)])) this.value(`${path}.${key}`, recorded[key], got[key]);
    } else if (recorded !== got) this.differ(path, recorded, got);
  }
  private differ(path: string, recorded: Value | undefined, got: Value | undefined): void {
    this.differences.push(`${path}: recorded ${shown(recorded)}, got ${shown(got)}`);
  }
  private sameText(recorded: string, got: string): boolean {
    if (recorded.replace(PLACEHOLDER, "<$1>") !== got.replace(PLACEHOLDER, "<$1>")) return false;
    const others = [...got.matchAll(PLACEHOLDER)];
    return [...recorded.matchAll(PLACEHOLDER)].every(([placeholder], i) => {
      const other = others[i]?.[0] ?? "";
      const known = this.pairs.get(placeholder);
      if (known !== undefined) return known === other;
      if (this.taken.has(other)) return false;
      this.pairs.set(placeholder, other);
      this.taken.add(other);
      return true;
    });
  }
}

function shown(value: Value | undefined): string {
  return value === undefined ? "nothing" : JSON.stringify(value);
}
function isMap(value: Value | undefined): value is Props {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
function withoutProvidersOwn(value: Value): Value {
  if (Array.isArray(value)) return value.map(withoutProvidersOwn);
  if (!isMap(value)) return value;
  const own = (key: string): boolean => key.split("/").some((part) => PROVIDERS_OWN.has(part));
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => !own(key))
      .map(([key, item]) => [key, withoutProvidersOwn(item)]),
  );
}
/** Where a stack trace begins, Node's own wording does; warnings about its own workings are Node's, too. */
function withoutStacks(diagnostics: Diagnosed[]): Diagnosed[] {
  return sortDiagnostics(
    diagnostics
      .filter(({ severity, message }) => !(severity === "info#err" && /^\(node:<pid>\)|^\(Use `node/.test(message)))
      .map((diagnostic) => ({
        ...diagnostic,
        message: withoutRace(diagnostic.message.replace(/\n+\s+at [^]*$/, "\n").replace("<ref *1> ", "")),
      })),
  );
}

/** A registration that the engine refuses rejects two promises of the SDK; on a busy machine the one whose error gets this headline is seen first. */
const withoutRace = (message: string): string =>
  message.replace(/^Running program '[^']+' failed with an unhandled exception:\n(?=Error: failed to register new resource )/, "");
