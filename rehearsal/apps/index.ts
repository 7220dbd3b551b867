export { POSTGRES_VERSION } from "./data-image";
export { standInImage } from "./stand-in-image";
export { machineScript } from "./machine-script";
export { standInFiles } from "./stand-in-source";
export { standInArchive, type StandInArchive } from "./stand-in-archive";
export type {
  DataStandIn,
  FlowmasterStandIn,
  FlowraRelease,
  FlowraStandIn,
  FlowstackStandIn,
  SourceStandIn,
  StandIn,
  Startup,
} from "./stand-in";
