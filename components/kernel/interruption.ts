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
