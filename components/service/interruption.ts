/** What decides how long a service is away while a release takes over. Seconds. */
export interface Switch {
  overlap: "allowed" | "never";
  drain: number;
  stopTimeout: number;
  deadline: number;
  /** Absent for a service that answers no requests. */
  port?: number;
}

/** What a change of the service does to its users, in a sentence for the plan. */
export function interruption({ overlap, drain, stopTimeout, deadline, port }: Switch): string {
  switch (overlap) {
    case "allowed":
      return port === undefined
        ? `not interrupted: the new release works before the old one stops, which gets ${stopTimeout} s to end what it is doing`
        : `not interrupted: the new release serves before the old one stops; requests under way get ${drain} s to end`;
    case "never":
      return (
        `down from the stop of the old release (at most ${stopTimeout} s) until the new one is healthy (at most ${deadline} s); ` +
        "should it not be, the old one starts again"
      );
    default:
      return overlap satisfies never;
  }
}

/** The same of a service in PM2, and by which way. Seconds. */
export type Pm2Switch = Pick<Switch, "drain" | "stopTimeout" | "deadline"> &
  ({ way: "port" | "reload" } | { way: "stop"; downFor: number }) & {
    /** Whether its code is that of a working copy, which has to go back first. */
    workspace?: boolean;
  };

const WORKSPACE =
  ", once the working copy is at its former commit again and that is installed; where somebody worked in it meanwhile, from the working copy as it is then";

export function pm2Interruption(change: Pm2Switch): string {
  const { drain, stopTimeout, deadline, workspace } = change;
  // The port of the one way may be what nginx listens on in the other.
  const changed = `; only where the way itself is another than before, the old one stops first, down for at most ${stopTimeout + deadline} s`;
  switch (change.way) {
    case "port":
      return `not interrupted (side by side on two ports, down for 0 s): the new release serves before the old one stops; requests under way get ${drain} s to end${changed}`;
    case "reload":
      return `not interrupted (rolling reload on the fixed port, down for 0 s): the new release serves before the old one stops; requests under way get ${stopTimeout} s to end${changed}`;
    case "stop":
      return (
        `down for about ${change.downFor} s (stop first): from the stop of the old release (at most ${stopTimeout} s) until the new one is healthy ` +
        `(at most ${deadline} s); should it not be, the old one starts again${workspace ? WORKSPACE : ""}`
      );
    default:
      return change satisfies never;
  }
}
