import * as z from "zod";
import * as f from "./fields";

const challenge = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("http") }),
  z.strictObject({
    type: z.literal("rfc2136"),
    server: f.address(),
    port: f.port().default(53),
    keyName: f.text(),
    algorithm: f.choice("HMAC-SHA256", "HMAC-SHA384", "HMAC-SHA512").default("HMAC-SHA512"),
    secret: f.secret(),
  }),
  z.strictObject({ type: z.literal("cloudflare"), token: f.secret() }),
  z.strictObject({ type: z.literal("files"), certificate: f.block(), key: f.secret() }),
  z.strictObject({ type: z.literal("self-signed") }),
]);

/** How the certificates of a system's sites come about. */
export const certificate = f.group({ challenge: challenge.default({ type: "http" }), fallback: f.choice("self-signed").optional() });
