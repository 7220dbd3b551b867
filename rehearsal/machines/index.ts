export * from "./api";
export { findEstate, openEstate } from "./estate";
export { serverImage } from "./server-image";
