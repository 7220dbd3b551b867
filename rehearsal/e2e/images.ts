/** Docker, and the images that many end-to-end tests need: made once, before lanes of them would make each at the same time. */
import { awsEmulatorImage } from "../apps/aws-emulator-image";
import { serverImage } from "../machines";
import { servicesImage } from "../machines/services-image";
import setup from "./setup";

const run = { report: (line: string) => void process.stderr.write(`${line}\n`) };

void (async () => {
  await setup();
  await serverImage("debian-12", run);
  await servicesImage(run);
  await awsEmulatorImage(run);
})();
