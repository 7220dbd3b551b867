import { utils } from "ssh2";

/** A pair of ed25519 keys for tests. One in two hundred that ssh2 makes is malformed, so the next one is taken then. */
export function ed25519(options: Parameters<typeof utils.generateKeyPairSync>[1] & { passphrase?: string } = {}): {
  private: string;
  public: string;
} {
  for (;;) {
    const made = utils.generateKeyPairSync("ed25519", options as never);
    if (!(utils.parseKey(made.public) instanceof Error) && !(utils.parseKey(made.private, options.passphrase) instanceof Error))
      return made;
  }
}
