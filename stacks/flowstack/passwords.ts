import type * as pulumi from "@pulumi/pulumi";
import { password } from "../../components/secrets/password";
import type { FlowStackSettings, Rotated } from "./settings";

/** A secret of FlowStack, made unless it is given. */
export const passwordOf = (name: string, settings: FlowStackSettings, of: Rotated, parent: pulumi.Resource): pulumi.Output<string> =>
  password(`${name}-${of}`, { value: of === "seed" ? settings.seed.password : undefined, rotation: settings.rotation[of] }, parent);
