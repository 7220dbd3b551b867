/** Pulumi's passphrase secrets provider: AES-256-GCM with a key of PBKDF2-SHA256, 1,000,000 rounds, 8 bytes of salt. */
import { createCipheriv, createDecipheriv, pbkdf2, randomBytes } from "node:crypto";
import { promisify } from "node:util";

const ROUNDS = 1_000_000;
const TAG_BYTES = 16;
/** Encrypted under the key and kept in the salt string, so that a wrong passphrase is recognised. */
const PROOF = "pulumi";

export class WrongPassphrase extends Error {
  constructor() {
    super("incorrect passphrase");
  }
}

export class Crypter {
  private constructor(
    private readonly key: Buffer,
    /** What a state and `Pulumi.<stack>.yaml` (encryptionsalt) keep: `v1:<salt>:<proof>`. */
    readonly salt: string,
  ) {}

  static async create(passphrase: string): Promise<Crypter> {
    const salt = randomBytes(8);
    const key = await derive(passphrase, salt);
    return new Crypter(key, `v1:${salt.toString("base64")}:${seal(key, PROOF)}`);
  }
  static async open(passphrase: string, salt: string): Promise<Crypter> {
    const [version, saltText, ...proof] = salt.split(":");
    if (version !== "v1" || !saltText) throw new Error(`encryption salt "${salt}" has an unknown format; expected v1:<salt>:<proof>`);
    const key = await derive(passphrase, Buffer.from(saltText, "base64"));
    let proven: string | undefined;
    try {
      proven = unseal(key, proof.join(":"));
    } catch {
      proven = undefined;
    }
    if (proven !== PROOF) throw new WrongPassphrase();
    return new Crypter(key, salt);
  }

  encrypt(text: string): string {
    return seal(this.key, text);
  }
  decrypt(text: string): string {
    return unseal(this.key, text);
  }
}

/** Keys of this process' passphrases: a derivation takes a quarter of a second, and a preview, an update and an export need the same. */
const derived = new Map<string, Promise<Buffer>>();
function derive(passphrase: string, salt: Buffer): Promise<Buffer> {
  const of = `${salt.toString("base64")} ${passphrase}`;
  let key = derived.get(of);
  if (!key) derived.set(of, (key = promisify(pbkdf2)(passphrase, salt, ROUNDS, 32, "sha256")));
  return key;
}

function seal(key: Buffer, text: string): string {
  const nonce = randomBytes(12);
  const cipher = createCipheriv("aes-256-gcm", key, nonce);
  const sealed = Buffer.concat([cipher.update(text, "utf8"), cipher.final(), cipher.getAuthTag()]);
  return `v1:${nonce.toString("base64")}:${sealed.toString("base64")}`;
}
function unseal(key: Buffer, text: string): string {
  const [version, nonce = "", sealed = ""] = text.split(":");
  if (version !== "v1") throw new Error("ciphertext has an unknown version");
  const bytes = Buffer.from(sealed, "base64");
  const decipher = createDecipheriv("aes-256-gcm", key, Buffer.from(nonce, "base64"));
  decipher.setAuthTag(bytes.subarray(bytes.length - TAG_BYTES));
  return Buffer.concat([decipher.update(bytes.subarray(0, bytes.length - TAG_BYTES)), decipher.final()]).toString("utf8");
}
