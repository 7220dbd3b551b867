import * as pulumi from "@pulumi/pulumi";
import { CONTAINER, tier } from "../tier";

const digest = new pulumi.Config().require("digest");
export const release = tier({ release: { ...CONTAINER.release, digest } }).release;
