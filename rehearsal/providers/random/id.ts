import { randomBytes } from "node:crypto";
import { KEEPERS, type RandomType } from "./type";

/** `RandomId`: the id is the bytes in base64 for URLs; the texts carry the prefix, the id does not. */
export const randomId: RandomType = {
  properties: { byteLength: { kind: "integer", required: true, least: 1 }, prefix: { kind: "string" }, ...KEEPERS },
  results: ["id", "b64Std", "b64Url", "dec", "hex"],
  draw: (inputs) => {
    const bytes = randomBytes(inputs["byteLength"] as number);
    const prefix = (inputs["prefix"] as string | undefined) ?? "";
    const id = bytes.toString("base64url");
    const results = {
      id,
      b64Std: prefix + bytes.toString("base64"),
      b64Url: prefix + id,
      dec: prefix + BigInt(`0x${bytes.toString("hex")}`).toString(),
      hex: prefix + bytes.toString("hex"),
    };
    return { id, results };
  },
};
