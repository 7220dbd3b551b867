/** A Docker API on a Unix socket that remembers what it was told, with what of the daemon's answers the provider reads. */
import { createServer, type Server } from "node:http";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import Docker from "dockerode";
import type { Props, Value } from "../../../engine";
import type { Daemon } from "../daemon";

interface Container {
  Id: string;
  Name: string;
  wish: Props;
  host: Props;
  networks: Record<string, Props>;
  state: Props;
}
interface Answer {
  status: number;
  body?: unknown;
}
const gone = (what: string): Answer => ({ status: 404, body: { message: `No such ${what}` } });

export class FakeDocker {
  /** `POST /containers/app/start`, in order; inspections are left out. */
  readonly asked: string[] = [];
  readonly containers = new Map<string, Container>();
  readonly volumes = new Map<string, Props>();
  readonly images = new Map<string, string>([["mongo:6", "sha256:abc"]]);
  /** What a started container becomes. */
  health = "healthy";
  /** Login of the last pull. */
  auth: unknown;
  volumeInUse = 0;
  private readonly dir = mkdtempSync(path.join(tmpdir(), "fake-docker-"));
  private readonly server: Server;
  private count = 0;

  constructor() {
    this.server = createServer((request, response) => {
      let text = "";
      request.on("data", (data: Buffer) => (text += data.toString()));
      request.on("end", () => {
        const url = new URL(request.url ?? "", "http://docker");
        const what = `${request.method ?? ""} ${decodeURIComponent(url.pathname)}`;
        if (request.method !== "GET") this.asked.push(what + (url.search === "" ? "" : decodeURIComponent(url.search)));
        this.auth = request.headers["x-registry-auth"] ?? this.auth;
        const { status, body } = this.answer(what, url.searchParams, text === "" ? {} : (JSON.parse(text) as Props));
        response.writeHead(status, { "content-type": Buffer.isBuffer(body) ? "application/octet-stream" : "application/json" });
        response.end(body === undefined ? undefined : Buffer.isBuffer(body) ? body : `${JSON.stringify(body)}\n`);
      });
    });
  }
  async open(): Promise<this> {
    await new Promise<void>((resolve) => this.server.listen(path.join(this.dir, "docker.sock"), resolve));
    return this;
  }
  async close(): Promise<void> {
    await new Promise((resolve) => this.server.close(resolve));
    rmSync(this.dir, { recursive: true });
  }
  readonly daemon = (): Daemon => ({
    docker: new Docker({ socketPath: path.join(this.dir, "docker.sock") }),
    explained: (error) => Promise.resolve(error as Error),
    close: () => undefined,
  });

  private answer(what: string, query: URLSearchParams, body: Props): Answer {
    const [, verb = "", kind = "", name = "", action = ""] =
      /^(\w+) \/(\w+)\/(.*?)(?:\/(json|start|stop|update|logs|connect|disconnect))?$/.exec(what) ?? [];
    if (kind === "images") return this.image(verb, name, query);
    if (kind === "volumes") return this.volume(verb, name, body);
    if (kind === "networks") return this.network(name, action, body);
    if (name === "create") return this.create(query.get("name") ?? "", body);
    const container = [...this.containers.values()].find(({ Id, Name }) => [Id, Name].includes(name));
    if (!container) return gone("container");
    return this.container(container, verb, action, body);
  }
  private image(verb: string, name: string, query: URLSearchParams): Answer {
    if (verb === "POST") {
      const [repository, tag] = [query.get("fromImage") ?? "", query.get("tag") ?? ""];
      if (repository.includes("missing")) return { status: 200, body: { error: `manifest for ${repository} not found` } };
      this.images.set(repository + (tag.startsWith("sha256:") ? "@" : ":") + tag, "sha256:pulled");
      return { status: 200, body: { status: "done" } };
    }
    const found = this.images.get(name);
    if (found === undefined) return gone("image");
    if (verb === "DELETE") this.images.delete(name);
    return { status: 200, body: verb === "DELETE" ? [] : { Id: found, RepoDigests: ["mongo@sha256:d"] } };
  }
  private volume(verb: string, name: string, body: Props): Answer {
    if (verb === "POST") {
      const made = {
        Driver: "local",
        ...body,
        Options: body["DriverOpts"] ?? null,
        Mountpoint: `/var/lib/docker/volumes/${text(body["Name"])}/_data`,
      };
      this.volumes.set(text(body["Name"]), made);
      return { status: 201, body: made };
    }
    const found = this.volumes.get(name);
    if (!found) return gone("volume");
    if (verb === "DELETE" && this.volumeInUse-- > 0) return { status: 409, body: { message: "volume is in use" } };
    if (verb === "DELETE") this.volumes.delete(name);
    return { status: verb === "DELETE" ? 204 : 200, ...(verb !== "DELETE" && { body: found }) };
  }
  private network(name: string, action: string, body: Props): Answer {
    const container = this.containers.get(text(body["Container"]));
    if (!container || name === "none") return gone(`network ${name}`);
    if (action === "connect") container.networks[name] = body["EndpointConfig"] as Props;
    return { status: 200 };
  }
  private create(name: string, { HostConfig: host, ...wish }: Props): Answer {
    if ([...this.containers.values()].some(({ Name }) => Name === name))
      return { status: 409, body: { message: `The name ${name} is in use` } };
    const Id = `${++this.count}`.padStart(12, "c0ffee");
    this.containers.set(Id, {
      Id,
      Name: name,
      wish,
      host: (host ?? {}) as Props,
      networks: {},
      state: { Status: "created", Running: false },
    });
    return { status: 201, body: { Id } };
  }
  private container(container: Container, verb: string, action: string, body: Props): Answer {
    const { Id, host } = container;
    if (verb === "DELETE") this.containers.delete(Id);
    if (action === "start") {
      const ended = this.health === "exited";
      container.state = ended
        ? { Status: "exited", Running: false, ExitCode: 3, Error: "", Health: { Status: "unhealthy", Log: null } }
        : { Status: "running", Running: true, ExitCode: 0, Health: { Status: this.health, Log: [{ ExitCode: 1, Output: "no answer\n" }] } };
    }
    if (action === "stop") container.state = { Status: "exited", Running: false, ExitCode: 0, Error: "" };
    if (action === "update") Object.assign(host, body);
    if (action === "logs") return { status: 200, body: framed("first line\n", "last line\n") };
    return verb === "GET" ? { status: 200, body: this.inspected(container) } : { status: 204 };
  }
  private inspected({ Id, Name, wish, host, networks, state }: Container): unknown {
    const { Image, ...config } = wish;
    const found = Object.entries(networks).map(([name, one]) => [
      name,
      { ...endpoint, IPAddress: text((one["IPAMConfig"] as Props)["IPv4Address"]) },
    ]);
    return {
      Id,
      Name: `/${Name}`,
      Image: "sha256:abc",
      Platform: "linux",
      State: state,
      Config: {
        Hostname: Id,
        Domainname: "",
        User: "",
        WorkingDir: "",
        Entrypoint: null,
        Cmd: null,
        Tty: false,
        OpenStdin: false,
        ...config,
        Image,
      },
      HostConfig: { Runtime: "runc", IpcMode: "private", ShmSize: 67108864, UsernsMode: "", ...host },
      NetworkSettings: { Bridge: "", Ports: {}, Networks: Object.fromEntries(found) as Record<string, Value> },
    };
  }
}

const endpoint = {
  IPPrefixLen: 24,
  Gateway: "10.91.1.1",
  GlobalIPv6Address: "",
  GlobalIPv6PrefixLen: 0,
  IPv6Gateway: "",
  MacAddress: "02:42:0a:5b:01:03",
};
const text = (value: Value | undefined): string => (typeof value === "string" ? value : "");
/** As Docker sends a log: each piece with a head. */
function framed(...pieces: string[]): Buffer {
  return Buffer.concat(
    pieces.map((piece) => {
      const head = Buffer.alloc(8);
      head.writeUInt8(1, 0);
      head.writeUInt32BE(piece.length, 4);
      return Buffer.concat([head, Buffer.from(piece)]);
    }),
  );
}
