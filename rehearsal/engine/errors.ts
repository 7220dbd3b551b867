/** A refusal with a message for the person who asked: nothing was started. */
export class EngineError extends Error {
  override readonly name = "EngineError";
}

/** What an unknown error says, without its stack. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
