import * as pulumi from "@pulumi/pulumi";
import { Cluster } from "../../cluster";
import { ServiceNamespace } from "../../service-namespace";
import { CONTAINER, PLACE, tier } from "../tier";

const config = new pulumi.Config();
const digest = config.require("digest");
const cluster = new Cluster("cluster", { place: PLACE, reapply: config.get("reapply") });
const app = tier({ release: { ...CONTAINER.release, digest }, cluster });
export const release = app.release;
// As a frontend that asks it: another one for each release.
new ServiceNamespace(`after-${digest.slice(-1)}`, { place: PLACE }, { dependsOn: app.settled.apply(() => app) });
