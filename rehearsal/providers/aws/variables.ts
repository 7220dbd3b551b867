/**
 * What a program's own calls of AWS are told by its environment, so that they end at the emulator: its address, and keys that open nothing.
 * The empty ones keep those out that the person who runs it has.
 */
export const emulatorVariables = (endpoint: string): Record<string, string> => ({
  AWS_ENDPOINT_URL: endpoint,
  AWS_ENDPOINT_URL_ECS: endpoint,
  AWS_ACCESS_KEY_ID: "rehearsal",
  AWS_SECRET_ACCESS_KEY: "rehearsal",
  AWS_SESSION_TOKEN: "",
  AWS_PROFILE: "",
});
