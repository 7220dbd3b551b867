import { randomBytes as draw } from "node:crypto";
import { KEEPERS, type RandomType } from "./type";

/** `RandomBytes`: both results are secret, yet the official provider's id is the base64 text in clear. */
export const randomBytes: RandomType = {
  properties: { length: { kind: "integer", required: true, least: 1 }, ...KEEPERS },
  results: ["base64", "hex"],
  secrets: ["base64", "hex"],
  draw: (inputs) => {
    const bytes = draw(inputs["length"] as number);
    const base64 = bytes.toString("base64");
    return { id: base64, results: { base64, hex: bytes.toString("hex") } };
  },
};
