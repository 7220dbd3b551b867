export { standInImage, type StandIn, type Startup } from "./stand-in-image";
