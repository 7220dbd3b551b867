/** FlowStack's development on a throwaway server, as its tests see it. */
import { eventually } from "./faults";
import { FlowStack } from "./flowstack";
import { request } from "./request";
import { World } from "./world";

export const STACK = "dev";
export const FILES = "/opt/flowstack";

export class FlowStackServer {
  readonly flowStack: FlowStack;

  private constructor(readonly world: World) {
    this.flowStack = new FlowStack({
      ask: (path, more) => request(world, STACK, path, more),
      log: () => this.on('docker logs "$(docker ps -q --filter name=flowstack-app-)" 2>&1'),
      secret: async (name) => (await this.on(`sed -n "s/^${name}=//p" ${FILES}/.env`)).trim().replace(/^'(.*)'$/, "$1"),
      rows: (sql) =>
        this.on(`docker exec $(docker ps -q --filter name=flowstack-postgres) psql -At -U flowstack_admin flowstack -c '${sql}'`),
      file: (path) => this.on(`cat ${FILES}/data/${path}`),
    });
  }

  static async open(folder?: string): Promise<FlowStackServer> {
    return new FlowStackServer(await World.open([STACK], { systems: ["flowstack"], ...(folder && { folder }) }));
  }

  on(command: string, options: Parameters<World["on"]>[2] = {}): Promise<string> {
    return this.world.on(this.world.machine(), command, { timeout: 180_000, ...options });
  }

  answers(path: string): Promise<void> {
    return eventually(async () => (await this.flowStack.ask(path).catch(() => undefined))?.status, 200, 120);
  }
}
