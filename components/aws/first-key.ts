import { createECDH, createHash, createPrivateKey } from "node:crypto";

/** A host key as OpenSSH reads it. */
export interface HostKeyPair {
  /** Text of the file with the private key. */
  private: string;
  /** `"ecdsa-sha2-nistp256 AAAA…"` */
  public: string;
}

/** Another kind than the one that `bootstrap` makes: sshd has both for as long as the new one is not known, and SSH asks for the kind that it pins. */
const KIND = "ecdsa-sha2-nistp256";
/** How many points the curve P-256 has: private keys are the numbers below it (FIPS 186-5). */
const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

/**
 * The ECDSA key of a secret text, always the same of the same text, so that a state that keeps the text knows a machine's public key before
 * the machine is there. Pure.
 *
 * @param text As hard to guess as a key: at least 43 letters and digits of pure chance.
 */
export function hostKeyOf(text: string): HostKeyPair {
  if (text.length < 43) throw new Error(`a host key is made of 43 characters or more, not of ${text.length}`);
  const number = (BigInt(`0x${createHash("sha256").update(text).digest("hex")}`) % (ORDER - 1n)) + 1n;
  const secret = Buffer.from(number.toString(16).padStart(64, "0"), "hex");
  const curve = createECDH("prime256v1");
  curve.setPrivateKey(secret);
  // A mark, then the two halves of the point.
  const point = curve.getPublicKey();
  const [d, x, y] = [secret, point.subarray(1, 33), point.subarray(33)].map((part) => part.toString("base64url"));
  const key = createPrivateKey({ key: { kty: "EC", crv: "P-256", d, x, y }, format: "jwk" });
  const shown = Buffer.concat([KIND, "nistp256", point].map(withLength));
  return { private: key.export({ type: "sec1", format: "pem" }) as string, public: `${KIND} ${shown.toString("base64")}` };
}

/** Its length, then itself. */
function withLength(what: string | Buffer): Buffer {
  const bytes = Buffer.from(what as string);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}
