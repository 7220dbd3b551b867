import { covers } from "./covers";

export const isListener = (line: string): boolean => line.startsWith("listen ");
/** Whether this machine alone reaches a listener. */
export const isOwnListener = (line: string): boolean => /^listen (?:127\.|\[::1\]|unix:|localhost\b)/.test(line);

/** Whose pages may read the answers. */
export const originIn = (line: string): string | undefined => /^add_header Access-Control-Allow-Origin "?([^\s";]+)/.exec(line)?.[1];

export const isThisMachine = (network: string): boolean =>
  network.startsWith("unix:") || covers("127.0.0.0/8", network) || covers("::1", network);
/** Whom fail2ban never bans. */
export const networksOf = (line: string): string[] => line.replace(/^ignoreip ?= ?/, "").split(/[ ,]+/);
/** Whether some of the others are neither this machine nor in the networks. */
export const isMoreThan = (networks: readonly string[], others: readonly string[]): boolean =>
  others.some((one) => one !== "" && !isThisMachine(one) && !networks.some((network) => covers(network, one)));
