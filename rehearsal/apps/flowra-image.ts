import type { Run } from "../machines";
import { baseImage } from "../machines/base-image";
import { buildImage, type Recipe } from "../machines/recipe";
import { builderBase } from "./bases";
import { sourceRecipe } from "./source-files";
import type { FlowraRelease, FlowraStandIn } from "./stand-in";

/** The three programs are compiled once: what a version says of itself and how it behaves is a file beside them. */
export async function flowraImage(standIn: FlowraStandIn, run: Run): Promise<string> {
  const runtime = { name: "flowra-base", variant: "debian-12", dockerfile: runtimeDockerfile(await baseImage("debian-12", run)) };
  return buildImage(serviceRecipe(standIn, await buildImage(runtime, run), await programs(run)), run);
}

/** An image with `/application/bin/{api,worker,migrator}`: static, the same bytes from the same source. */
export async function programs(run: Run): Promise<string> {
  const [source, go, base] = await Promise.all([
    sourceRecipe(["flowra"]),
    builderBase("golang:1.26.8-bookworm", run),
    baseImage("debian-12", run),
  ]);
  return buildImage({ name: "flowra-programs", variant: "go", ...source, buildArgs: { GO_IMAGE: go, BASE: base } }, run);
}

/** `release.json`, beside `bin`. */
export const releaseFile = ({ version, startup = "now" }: FlowraRelease): string =>
  `${JSON.stringify({ version, startup: String(startup) })}\n`;

const runtimeDockerfile = (base: string) => `FROM ${base}
RUN apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends curl && apt-get clean \\
 && useradd --uid 10001 --no-create-home --home-dir /opt/flowra --shell /usr/sbin/nologin flowra
WORKDIR /opt/flowra
`;

/** The check of the guide's section "Docker Health Check". */
const HEALTHCHECK =
  "HEALTHCHECK --interval=30s --timeout=10s --retries=3 --start-period=30s CMD curl -f http://localhost:8080/health || exit 1\n";

export const serviceRecipe = (standIn: FlowraStandIn, runtime: string, programs: string): Recipe => ({
  name: `flowra-${standIn.service}`,
  variant: standIn.version,
  dockerfile: `FROM ${programs} AS programs
FROM ${runtime}
COPY --from=programs /application/bin/${standIn.service} /opt/flowra/bin/
USER 10001:10001
${standIn.service === "api" ? `EXPOSE 8080\n${HEALTHCHECK}` : ""}ENTRYPOINT ["/opt/flowra/bin/${standIn.service}"]
${standIn.service === "migrator" ? 'CMD ["up"]\n' : ""}COPY release.json /opt/flowra/
`,
  files: { "release.json": releaseFile(standIn) },
});
