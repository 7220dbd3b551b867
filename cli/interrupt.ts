/**
 * Ctrl-C: the first one lets what is in flight end, saves the state and stops; the second one aborts what is in flight, too.
 * SIGTERM counts as the first.
 */
export function onInterrupt(say: (text: string) => void): { signal: AbortSignal; killSignal: AbortSignal; done(): void } {
  const stop = new AbortController();
  const kill = new AbortController();
  const handler = (): void => {
    if (stop.signal.aborted) {
      kill.abort();
      return;
    }
    say("Stopping: steps in flight end first (Ctrl-C again aborts them).");
    process.exitCode = 130;
    stop.abort();
  };
  process.on("SIGINT", handler);
  process.on("SIGTERM", handler);
  return {
    signal: stop.signal,
    killSignal: kill.signal,
    done: () => {
      process.off("SIGINT", handler);
      process.off("SIGTERM", handler);
    },
  };
}
