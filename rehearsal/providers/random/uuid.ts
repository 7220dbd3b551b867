import { randomBytes, randomUUID } from "node:crypto";
import { KEEPERS, type RandomType } from "./type";

const drawnBy = (draw: () => string): RandomType => ({
  properties: KEEPERS,
  results: ["id", "result"],
  draw: () => {
    const result = draw();
    return { id: result, results: { id: result, result } };
  },
});

/** `RandomUuid`: sixteen random bytes, without the bits that tell a version (as the official provider does it). */
export const randomUuid = drawnBy(() => formatted(randomBytes(16)));
/** `RandomUuid4`. */
export const randomUuid4 = drawnBy(randomUUID);
/** `RandomUuid7`: begins with the time in milliseconds. */
export const randomUuid7 = drawnBy(() => {
  const bytes = randomBytes(16);
  bytes.writeUIntBE(Date.now(), 0, 6);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x70, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  return formatted(bytes);
});

function formatted(bytes: Buffer): string {
  return bytes.toString("hex").replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
