import * as z from "zod";
import * as f from "./fields";

/** Servers with private repositories, by host name. */
export const git = z
  .record(
    z.string(),
    z.strictObject({
      hostKeys: z.array(f.hostKey()).min(1, "must name the server's public key, or anybody could answer in its place"),
      deployKey: f.secret(),
    }),
  )
  .default({});
