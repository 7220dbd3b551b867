import type { Switch } from "../kernel/interruption";

/** What decides how long a service in PM2 is away while a release takes over, and by which way it does. Seconds. */
export type Pm2Switch = Pick<Switch, "drain" | "stopTimeout" | "deadline"> &
  ({ way: "port" | "reload" } | { way: "stop"; downFor: number }) & {
    /** Processes of a release. */
    instances: number;
    /** Whether its code is that of a working copy, which has to go back first. */
    workspace?: boolean;
  };

const WORKSPACE =
  ", once the working copy is at its former commit again and that is installed; where somebody worked in it meanwhile, from the working copy as it is then";

/** PM2 ends the processes of a release one after the other. Seconds. */
export const longestStop = ({ stopTimeout, instances }: Pick<Pm2Switch, "stopTimeout" | "instances">): number => stopTimeout * instances;

export function pm2Interruption(change: Pm2Switch): string {
  const { drain, stopTimeout, deadline, workspace } = change;
  const stop = longestStop(change);
  // The port of the one way may be what nginx listens on in the other.
  const changed = `; only where the way itself is another than before, the old one stops first, down for at most ${stop + deadline} s`;
  switch (change.way) {
    case "port":
      return `not interrupted (side by side on two ports, down for 0 s): the new release serves before the old one stops; requests under way get ${drain} s to end${changed}`;
    case "reload":
      return `not interrupted (rolling reload on the fixed port, down for 0 s): the new release serves before the old one stops; requests under way get ${stopTimeout} s to end${changed}`;
    case "stop":
      return (
        `down for about ${change.downFor} s (stop first): from the stop of the old release (at most ${stop} s) until the new one is healthy ` +
        `(at most ${deadline} s); should it not be, the old one starts again${workspace ? WORKSPACE : ""}`
      );
    default:
      return change satisfies never;
  }
}
