export * from "./api";
export { startAcme } from "./acme";
export { startAwsEmulator } from "./aws-emulator";
export { runAwsTask } from "./aws-task";
export { ensureDocker } from "./ensure-docker";
export { findEstate, openEstate } from "./estate";
export { gitHost, sshAddress, startGit } from "./git-server";
export { startRegistry } from "./registry";
export { serverImage } from "./server-image";
