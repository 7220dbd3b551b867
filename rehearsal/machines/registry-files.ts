import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import * as https from "node:https";
import type { IncomingMessage } from "node:http";
import { StepFailed } from "./api";

/** How this machine reaches the registry: its certificate has production's names, not this address. */
export interface Door {
  address: string;
  port: number;
  servername: string;
  ca: string;
}

const STEP = "put a file into the registry";
/** Milliseconds without a word. */
const PATIENCE = 60_000;

/** Puts a file into a repository as a blob, unless it is there. `GET /v2/<repository>/blobs/sha256:<sha256>` then gives it to anyone. */
export async function putBlob(door: Door, repository: string, file: string, sha256: string, signal?: AbortSignal): Promise<void> {
  const digest = `sha256:${sha256}`;
  const there = await ask(door, { method: "HEAD", path: `/v2/${repository}/blobs/${digest}` }, signal);
  if (there.statusCode === 200) return;
  const begun = await ask(door, { method: "POST", path: `/v2/${repository}/blobs/uploads/` }, signal);
  const location = begun.headers.location;
  if (begun.statusCode !== 202 || location === undefined) throw refused(repository, begun);
  const to = new URL(location, `https://${door.servername}`);
  to.searchParams.set("digest", digest);
  const headers = { "content-type": "application/octet-stream", "content-length": String((await stat(file)).size) };
  const done = await ask(door, { method: "PUT", path: `${to.pathname}${to.search}`, headers }, signal, file);
  if (done.statusCode !== 201) throw refused(repository, done);
}

const refused = (repository: string, { statusCode }: IncomingMessage): StepFailed =>
  new StepFailed(STEP, repository, `the registry answered ${statusCode ?? "nothing"}`, "");

function ask(door: Door, request: https.RequestOptions, signal?: AbortSignal, body?: string): Promise<IncomingMessage> {
  const { address: host, port, servername, ca } = door;
  return new Promise((resolve, reject) => {
    const options = { host, port, servername, ca, agent: false, timeout: PATIENCE, ...(signal ? { signal } : {}), ...request };
    const sent = https.request(options, (answer) => {
      answer.resume();
      answer.once("end", () => {
        resolve(answer);
      });
    });
    sent.once("error", (error) => {
      reject(new StepFailed(STEP, `${host}:${port}`, signal?.aborted ? "interrupted" : error.message, ""));
    });
    sent.once("timeout", () => sent.destroy(new Error(`no answer for ${PATIENCE / 1000} s`)));
    if (body === undefined) sent.end();
    else
      createReadStream(body)
        .once("error", (error) => sent.destroy(error))
        .pipe(sent);
  });
}
