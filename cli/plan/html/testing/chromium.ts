import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Browser, chromium } from "playwright-core";
import { baseImage } from "../../../../rehearsal/machines/base-image";
import { buildImage } from "../../../../rehearsal/machines/recipe";

/** Debian's Chromium in an image of its own: nothing has to be installed where the tests run but Docker. */
async function chromiumImage(): Promise<string> {
  return buildImage({
    name: "chromium",
    variant: "debian-12",
    dockerfile: `FROM ${await baseImage("debian-12")}
RUN apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends chromium fonts-dejavu-core && apt-get clean
`,
  });
}

/**
 * A real Chromium without any network, which sees `folder` as `/page`. It is spoken to through the container's standard input and
 * output, which take the place of the two pipes that Playwright gives to a browser.
 */
export async function startChromium(folder: string): Promise<{ browser: Browser; stop: () => Promise<void> }> {
  const own = mkdtempSync(join(tmpdir(), "flowfleet-chromium-"));
  const start = join(own, "chromium");
  const image = await chromiumImage();
  const flags = `--rm -i --init --network none --ipc host --label flowfleet.test=chromium -v '${folder}:/page:ro'`;
  writeFileSync(
    start,
    `#!/bin/sh
exec docker run ${flags} ${image} sh -c 'exec chromium "$@" 3<&0 4>&1 >/dev/null' chromium "$@" <&3 >&4
`,
  );
  chmodSync(start, 0o700);
  const browser = await chromium.launch({ executablePath: start, args: ["--no-sandbox", "--disable-gpu"], timeout: 60_000 });
  return {
    browser,
    stop: async () => {
      await browser.close();
      rmSync(own, { recursive: true, force: true });
    },
  };
}
