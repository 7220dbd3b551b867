/** Which end-to-end tests run in one jest, one after another, and how long that takes. */

interface Known {
  name: string;
  /** Measured on 2 processors with two other runs beside it. Three times as long, and a run hangs. */
  minutes: number;
  files: RegExp;
}

/** Suites that share a world, and whatever takes long. */
const KNOWN: readonly Known[] = [
  { name: "flowmaster", minutes: 18, files: /\/e2e\/([123]|7)-[^/]+$/ },
  { name: "flowra-containers", minutes: 24, files: /\/e2e\/8-flowra(?!-main-job)[^/]*$/ },
  { name: "flatlogic-troubles", minutes: 17, files: /\/A-flatlogic-troubles/ },
  { name: "takeover", minutes: 18, files: /\/C-takeover/ },
  { name: "coreflow", minutes: 16, files: /\/B-coreflow\./ },
  { name: "coreflow-care", minutes: 12, files: /\/B-coreflow-care/ },
  // Without the official command line each of the five only says so.
  { name: "official-pm2", minutes: 15, files: /\/6-official-pm2/ },
  { name: "official-takeover", minutes: 12, files: /\/6-official-takeover/ },
  { name: "official-flowstack", minutes: 8, files: /\/6-official-flowstack/ },
  { name: "official-flowra", minutes: 10, files: /\/6-official-flowra/ },
  { name: "official", minutes: 8, files: /\/6-official\./ },
  { name: "flowra-systemd", minutes: 17, files: /\/9-flowra-systemd/ },
  { name: "flowstack-aws", minutes: 7, files: /\/D-flowstack-|\/providers\/aws\// },
  { name: "services-aws", minutes: 4, files: /\/D-(services|state)-aws/ },
  { name: "flowstack", minutes: 4, files: /\/E-flowstack\./ },
  { name: "faults", minutes: 5, files: /\/4-faults/ },
  { name: "flatlogic", minutes: 7, files: /\/A-flatlogic\./ },
  { name: "flowra-main-job", minutes: 4, files: /\/8-flowra-main-job/ },
];
/** Of what is not named there: rather too many, or a long one that is new would be the last to begin. */
const MINUTES = 5;

export interface EndToEndRun {
  name: string;
  minutes: number;
  files: string[];
}

/** The longest first, so that lanes that each take the next one end at about the same time. @param files Paths of all test files. */
export function endToEndRuns(files: readonly string[], known: readonly Known[] = KNOWN): EndToEndRun[] {
  const runs = new Map<string, EndToEndRun>();
  for (const file of files) {
    const found = known.find((run) => run.files.test(file));
    const { name, minutes } = found ?? { name: file.replace(/^.*\//, "").replace(".e2e.test.ts", ""), minutes: MINUTES };
    runs.set(name, { name, minutes, files: [...(runs.get(name)?.files ?? []), file] });
  }
  const missing = known.filter(({ name }) => !runs.has(name)).map(({ name }) => name);
  if (missing.length > 0) throw new Error(`no test file is of the end-to-end run ${missing.join(", ")}`);
  return [...runs.values()].sort((one, other) => other.minutes - one.minutes);
}

/** Each lane does the next thing of the list as soon as it has done one. Lanes are 1, 2, … */
export async function inLanes<T>(count: number, list: readonly T[], work: (thing: T, lane: number) => Promise<void>): Promise<void> {
  const left = list.values();
  await Promise.all(
    Array.from({ length: count }, async (_, index) => {
      for (const thing of left) await work(thing, index + 1);
    }),
  );
}
