/** An SSH agent for tests that holds one key. */
import { createServer, type Server } from "node:net";
import { AgentProtocol, utils, type ParsedKey } from "ssh2";

export async function startAgent(socketPath: string, privateKey: string): Promise<Server> {
  const parsed = utils.parseKey(privateKey);
  if (parsed instanceof Error) throw parsed;
  const key: ParsedKey = parsed;
  const server = createServer((socket) => {
    const protocol = new AgentProtocol(false);
    protocol.on("identities", (request) => {
      protocol.getIdentitiesReply(request, [key]);
    });
    protocol.on("sign", (request, _publicKey, data) => {
      protocol.signReply(request, key.sign(data));
    });
    socket.on("error", () => undefined);
    socket.pipe(protocol).pipe(socket);
  });
  await new Promise<void>((resolve) => server.listen(socketPath, resolve));
  return server;
}
