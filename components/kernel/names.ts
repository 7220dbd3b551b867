import { isIPv4 } from "node:net";
import type { Problem } from "./refuse";

const LABEL = "[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?";
const HOST_NAME = new RegExp(`^${LABEL}(?:\\.${LABEL})+$`);
const SLUG = new RegExp(`^${LABEL}$`);

/** Whether the text is a bare DNS name of two labels or more, lower case: `"app.example.com"`, `"flowmaster.localhost"`. */
export const isHostName = (text: string): boolean => text.length <= 253 && HOST_NAME.test(text);

/** Whether the text may name a service, a network or a file on a host: `"flowmaster-staging"`. */
export const isSlug = (text: string): boolean => SLUG.test(text);

export const hostNameProblems = (path: string, text: string): Problem[] =>
  isHostName(text) ? [] : [{ path, wrong: 'must be a bare lower-case name such as "shop.example.com"', got: text }];

export const slugProblems = (path: string, text: string): Problem[] =>
  isSlug(text) ? [] : [{ path, wrong: 'must be lower-case letters, digits and hyphens such as "flowmaster-staging"', got: text }];

/** Ports are whole numbers from 1 to 65535. */
export const portProblems = (path: string, port: number): Problem[] =>
  Number.isInteger(port) && port >= 1 && port <= 65_535 ? [] : [{ path, wrong: "must be a port", got: port, allowed: "1 to 65535" }];

/** An IPv4 address where it is known; one that only a deployment knows is none of ours to judge. */
export const addressProblems = (path: string, address: unknown): Problem[] =>
  typeof address !== "string" || isIPv4(address) ? [] : [{ path, wrong: "must be an IPv4 address", got: address }];

/** An absolute path in plain characters, so that it can stand unquoted in nginx and systemd text. */
export const pathProblems = (path: string, file: string): Problem[] =>
  /^(?:\/[A-Za-z0-9_.@+-]+)+$/.test(file) && !/\/\.\.?(?:\/|$)/.test(file)
    ? []
    : [{ path, wrong: 'must be an absolute path of plain characters such as "/srv/shop"', got: file }];

export const volumeNameProblems = (path: string, name: string): Problem[] =>
  /^[a-zA-Z0-9][a-zA-Z0-9_.-]+$/.test(name)
    ? []
    : [{ path, wrong: 'must be the name of a Docker volume such as "mongodb_data"', got: name }];

/** The name of an account of a machine that is not root. */
export const accountProblems = (path: string, user: string): Problem[] =>
  /^[a-z_][a-z0-9_-]{0,30}$/.test(user) && user !== "root"
    ? []
    : [{ path, wrong: "must be the name of an account other than root", got: user, allowed: 'such as "flowra"' }];

/** A commit of git by its whole name: what is short today may be another one's beginning tomorrow. */
export const commitProblems = (path: string, commit: string): Problem[] =>
  /^[0-9a-f]{40}$/.test(commit)
    ? []
    : [{ path, wrong: "must be the whole name of a commit", got: commit, allowed: "40 hexadecimal digits, as git rev-parse prints" }];
