/** The state file of one stack: `<stateDir>/<project>/<stack>.json`, in the form of Pulumi's file backend. */
import path from "node:path";
import type { Deployment, UntypedDeployment } from "../api";
import { EngineError, messageOf } from "../errors";
import { Crypter, WrongPassphrase } from "./crypter";
import { DeploymentCodec, type Contents } from "./deployment";
import { readIfExists, writeAtomically } from "./files";
import { foldJournal, Journal } from "./journal";

export interface StateLocation {
  stateDir: string;
  project: string;
  stack: string;
}
const fileOf = (at: StateLocation): string => path.join(at.stateDir, at.project, `${at.stack}.json`);
export const lockFileOf = (at: StateLocation): string => path.join(at.stateDir, at.project, `${at.stack}.lock`);
const fullStackName = (at: Pick<StateLocation, "project" | "stack">): string => `organization/${at.project}/${at.stack}`;

export class StateStore {
  private constructor(
    private readonly location: StateLocation,
    readonly codec: DeploymentCodec,
    readonly journal: Journal,
    readonly contents: Contents,
    /** Whether there is a state at all. */
    readonly exists: boolean,
  ) {}

  /** `own`: the crypter of `Pulumi.<stack>.yaml`, if it has a salt: a new state is written under it. */
  static async open(location: StateLocation, passphrase: string, own?: Crypter): Promise<StateStore> {
    const file = fileOf(location);
    const text = readIfExists(file) ?? "";
    const stored = text === "" ? emptyDeployment() : parseState(file, text);
    const folded = foldJournal(`${file}.journal`, text, stored);
    const deployment = folded ?? stored;
    const salt = deployment.secrets_providers?.state?.salt;
    const opened = salt && salt !== own?.salt ? await openCrypter(passphrase, salt) : own;
    const crypter = opened ?? (await Crypter.create(passphrase));
    const codec = new DeploymentCodec(crypter);
    const contents = codec.decode(deployment);
    const settle = folded && (() => writeState(location, folded));
    return new StateStore(location, codec, new Journal(`${file}.journal`, text, crypter.salt, settle), contents, text !== "");
  }

  write(contents: Contents): void {
    writeState(this.location, this.codec.encode(contents));
    this.journal.remove();
  }
}

function writeState(location: StateLocation, latest: Deployment): string {
  const text = JSON.stringify({ version: 3, checkpoint: { stack: fullStackName(location), latest } }, null, 1);
  writeAtomically(fileOf(location), text);
  return text;
}

export async function openCrypter(passphrase: string, salt: string): Promise<Crypter> {
  try {
    return await Crypter.open(passphrase, salt);
  } catch (error) {
    if (error instanceof WrongPassphrase) {
      throw new EngineError("getting stack configuration: get stack secrets manager: incorrect passphrase");
    }
    throw error;
  }
}

/** The state as it lies on the disk, without opening its secrets. */
export function readDeployment(location: StateLocation): Deployment | undefined {
  const file = fileOf(location);
  const text = readIfExists(file) ?? "";
  const deployment = text === "" ? emptyDeployment() : parseState(file, text);
  return foldJournal(`${file}.journal`, text, deployment) ?? (text === "" ? undefined : deployment);
}

function parseState(file: string, text: string): Deployment {
  let state: { checkpoint?: { latest?: Deployment }; deployment?: Deployment };
  try {
    state = JSON.parse(text) as typeof state;
  } catch (error) {
    throw new EngineError(
      `${file}: the state is no JSON (${messageOf(error)}); restore it from a copy, or remove it to start from nothing`,
    );
  }
  return state.checkpoint?.latest ?? state.deployment ?? emptyDeployment();
}
export function emptyDeployment(): Deployment {
  // What Go writes for no time: without one `pulumi stack import` refuses the deployment.
  return { manifest: { time: "0001-01-01T00:00:00Z", magic: "", version: "" }, metadata: {} };
}
export function asUntyped(deployment: Deployment): UntypedDeployment {
  return { version: 3, deployment };
}
