/** How a machine is reached, as the program says it. */
import type { Props } from "../../../engine";
import type { Properties } from "../../properties";

export interface Login {
  host: string;
  port: number;
  user: string;
  password?: string;
  privateKey?: string;
  privateKeyPassword?: string;
  agentSocketPath?: string;
  /** One line as in `authorized_keys`. */
  hostKey?: string;
  /** Dials after the first one; -1 is for ever. */
  dialErrorLimit: number;
  /** Seconds; 0 is for ever. */
  perDialTimeout: number;
}
export interface Connection extends Login {
  /** A bastion. */
  proxy?: Login;
}

const LOGIN = {
  host: { kind: "string", required: true },
  port: { kind: "integer", default: 22 },
  user: { kind: "string", default: "root" },
  password: { kind: "string" },
  privateKey: { kind: "string" },
  privateKeyPassword: { kind: "string" },
  agentSocketPath: { kind: "string" },
  hostKey: { kind: "string" },
  dialErrorLimit: { kind: "integer", default: 10, least: -1 },
  perDialTimeout: { kind: "integer", default: 15, least: 0 },
} as const satisfies Properties;
export const CONNECTION: Properties = { ...LOGIN, proxy: { kind: LOGIN } };

/** The connection of checked inputs. */
export function connectionOf(inputs: Props): Connection {
  return inputs["connection"] as unknown as Connection;
}
