export { standInImage } from "./stand-in-image";
export { standInArchive, type StandInArchive } from "./stand-in-archive";
export type { DataStandIn, FlowmasterStandIn, FlowraRelease, FlowraStandIn, StandIn, Startup } from "./stand-in";
