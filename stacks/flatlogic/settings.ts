import type * as pulumi from "@pulumi/pulumi";
import type { Duration } from "../../components/kernel/duration";
import type { Size } from "../../components/kernel/size";
import type { ACCOUNTS, Agent, Application, Mode } from "./guide";
import type { Values } from "./variables";

type Text = pulumi.Input<string>;

/** All that differs between two Flatlogic VMs. `infra/config` checks it and fills in the guide's defaults. */
export interface FlatlogicSettings {
  mode: Mode;
  /** The VM's user, whose PM2 runs everything. */
  user: string;
  /** Its home, in which the guide's paths begin. */
  home: string;
  /** Whether the account of that name is made for services alone, or is the platform's, of which nothing is changed. */
  account: (typeof ACCOUNTS)[number];
  variables: Values<Text>;
  /** Further variables of the platform, by name: those that the guide names by their beginning alone. */
  more: Readonly<Record<string, Text>>;
  /** Any word: another one makes another secret, unless a variable gives it. */
  rotation: { secretKey?: string | undefined; database?: string | undefined };
  agent: Readonly<Record<Agent, boolean>> & {
    /** Variables that only the process `fl-executor` has, such as tokens for git. */
    tokens: Readonly<Record<string, Text>>;
  };
  tunnel: {
    /** Of the tunnel, as the platform or Cloudflare's dashboard gives it. */
    token: Text;
    /** A cloudflared that is on the machine already; Cloudflare's own package, if there is none. */
    program?: string | undefined;
  };
  cleanup: { /** Every day, by the machine's clock: `"03:30"`. */ at: string };
  /** All data are deleted once, when there is another word here. */
  reset?: { word: string; /** Name of the database whose data are to be deleted. */ confirm: string } | undefined;
  /** How long a start may take. */
  deadlines: Readonly<Record<Application, Duration>>;
  installTimeout: Duration;
  maxBody: Size;
  /** Longest silence of an API answer. */
  apiTimeout: Duration;
  /** Longest silence of hot reload's WebSocket. */
  websocketTimeout: Duration;
}
