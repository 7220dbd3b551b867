/** Environment variables of a remote command, each confirmed by the server before the command starts. */
import type { Client } from "ssh2";

type Reply = (refused: boolean | Error) => void;
/** Of ssh2's own parts: it sends variables without asking whether they were taken, which the official provider does ask. */
interface Internals {
  _protocol: {
    env(channel: number, name: string, value: string, wantReply: boolean): void;
    exec(channel: number, command: string, wantReply: boolean): void;
  };
  _chanMgr: { get(channel: number): { _callbacks: Reply[] } };
}
export interface Variable {
  name: string;
  value: string;
  /** Without it the command may not run. */
  needed: boolean;
}

/** Puts the variables before the one command that this client will run. A needed one that is refused fails that command. */
export function sendBeforeCommand(client: Client, variables: Variable[], refused: (name: string) => void): void {
  if (variables.length === 0) return;
  const { _protocol: protocol, _chanMgr: channels } = client as unknown as Internals;
  const exec = protocol.exec.bind(protocol);
  protocol.exec = (channel, command, wantReply) => {
    const replies = channels.get(channel)._callbacks;
    const waiting = [...variables];
    const next = (): void => {
      const variable = waiting.shift();
      if (!variable) {
        exec(channel, command, wantReply);
        return;
      }
      replies.unshift((failed) => {
        if (failed) refused(variable.name);
        if (failed && variable.needed)
          replies.shift()?.(new Error(`could not set environment variable "${variable.name}": ssh: setenv failed`));
        else next();
      });
      protocol.env(channel, variable.name, variable.value, true);
    };
    next();
  };
}
