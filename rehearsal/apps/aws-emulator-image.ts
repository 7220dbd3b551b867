import type { Run } from "../machines";
import { buildImage } from "../machines/recipe";
import { base, builderBase } from "./bases";

/** From PyPI; moto is what answers, AWS's own command line is what asks. */
const PACKAGES = "moto[server]==5.2.5 awscli==1.46.3";

/** An AWS emulator and AWS's command line in `/opt/aws`. */
export async function awsEmulatorImage(run: Run): Promise<string> {
  const [builder, runtime] = await Promise.all([builderBase("python:3.11-slim", run), base("python:3.11-slim", run)]);
  return buildImage(
    {
      name: "aws-emulator",
      variant: "5.2.5",
      dockerfile: `ARG BUILDER RUNTIME
FROM $BUILDER AS build
RUN python3 -m venv /opt/aws && /opt/aws/bin/pip install --no-cache-dir --quiet ${PACKAGES}

FROM $RUNTIME
COPY --from=build /opt/aws /opt/aws
`,
      buildArgs: { BUILDER: builder, RUNTIME: runtime },
    },
    run,
  );
}
