import { join } from "node:path";
import { buildSync } from "esbuild";

let made: string | undefined;

/** The page's script, graph library and all, as one text. */
export function browserScript(): string {
  made ??= bundle();
  return made;
}

function bundle(): string {
  const { outputFiles } = buildSync({
    absWorkingDir: __dirname,
    entryPoints: [join(__dirname, "browser", "main.ts")],
    bundle: true,
    minify: true,
    format: "iife",
    platform: "browser",
    target: "es2022",
    charset: "ascii",
    legalComments: "inline",
    write: false,
  });
  // What ends the element that it stands in, or keeps it from ending.
  return (outputFiles[0]?.text ?? "").replace(/<(?=\/script|!--)/gi, "\\x3C");
}
