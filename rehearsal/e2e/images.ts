/** Docker, and the images that all end-to-end tests need: made once, before two lanes of them would make each at the same time. */
import { serverImage } from "../machines";
import { servicesImage } from "../machines/services-image";
import setup from "./setup";

const run = { report: (line: string) => void process.stderr.write(`${line}\n`) };

void (async () => {
  await setup();
  await serverImage("debian-12", run);
  await servicesImage(run);
})();
