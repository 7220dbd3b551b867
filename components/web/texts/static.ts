import { block } from "../../kernel/lines";
import type { Lines } from "../../kernel/lines";
import type { FilesText, SiteOfLocation } from "./location";

/** For a year, without asking: only where a file's name changes with its content. Not on errors. */
export const immutableHeader = 'add_header Cache-Control "public, max-age=31536000, immutable";';

/** Pages are asked for anew each time, or a release would not show; files that never change are in a block of their own, so that what is missing is missing. */
export function staticText(site: SiteOfLocation, location: FilesText, rules: Lines): Lines {
  const { path, root, index, fallback, immutable, precompressed, olderFiles } = location;
  const headers = site.headers(location.headers);
  const older = `@older${path}`;
  const unchanging = (from: Lines, other: string): Lines => [...from, `try_files $uri ${other};`, ...headers, immutableHeader];
  return [
    ...block(`location ${path}`, [
      ...rules,
      `root ${root};`,
      `index ${index};`,
      `try_files $uri $uri/ ${fallback ?? "=404"};`,
      ...(precompressed ? ["gzip_static on;"] : []),
      ...headers,
      "add_header Cache-Control no-cache always;",
      ...(immutable.length === 0
        ? []
        : block(`location ~* ${immutablePattern(immutable)}`, unchanging(rules, olderFiles === undefined ? "=404" : older))),
    ]),
    ...(olderFiles === undefined || immutable.length === 0
      ? []
      : [
          "",
          "# Of releases before: a page that was loaded then still asks for them.",
          ...block(`location ${older}`, unchanging([`root ${olderFiles};`], "=404")),
        ]),
  ];
}

/** Folders from the site's root, and endings of names. */
function immutablePattern(immutable: readonly string[]): string {
  const plain = (text: string) => text.replaceAll(".", String.raw`\.`);
  return immutable.map((one) => (one.startsWith("/") ? `^${plain(one)}` : `${plain(one)}$`)).join("|");
}
