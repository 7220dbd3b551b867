import { type Directive, directivesOf, everyDirective } from "../nginx-directives";

/** An address on which others than the machine and its containers may come. */
const isOutside = (address: string): boolean =>
  !/^(?:unix:|127\.|\[::1\]|localhost(?::|$)|10\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.)/.test(address);

const portOf = (address: string): string => /^\d+$|(?<=:)\d+$/.exec(address)?.[0] ?? "80";

/** What a server listens on; without a word about it nginx takes 80. */
function listensOf(server: readonly Directive[]): string[] {
  const said = server.filter(({ words: [name] }) => name === "listen").map(({ words }) => words.slice(1).join(" "));
  return said.length === 0 ? ["80"] : said;
}

const SERVES = ["proxy_pass", "fastcgi_pass", "grpc_pass", "scgi_pass", "uwsgi_pass", "root", "alias"];
/** Whoever hands out certificates asks over HTTP. */
const isChallenge = ({ words }: Directive): boolean =>
  words[0] === "location" && words.at(-1)?.startsWith("/.well-known/acme-challenge") === true;

/** Whether a server sends everybody to HTTPS, and serves nothing itself. */
function redirects(server: readonly Directive[]): boolean {
  const others = server.filter((one) => !isChallenge(one));
  const goes = everyDirective(others, "return").some(
    ({ words: [, code = "", to = ""] }) => /^30[1278]$/.test(code) && to.startsWith("https://"),
  );
  return goes && SERVES.every((name) => everyDirective(others, name).length === 0);
}

/** What a file of nginx serves to the outside without TLS of today, each server by itself. */
export function withoutTls(text: string): string[] {
  const directives = directivesOf(text);
  // A part that others include may be the inside of a server.
  const part = directives.some(({ words: [name] }) => name === "listen") ? [directives] : [];
  const servers = [
    ...part,
    ...everyDirective(directives, "server")
      .filter(({ words }) => words.length === 1)
      .map(({ within }) => within),
  ];
  const old = everyDirective(directives, "ssl_protocols").filter(({ words }) =>
    words.some((word) => /^(?:SSLv.*|TLSv1(?:\.1)?)$/.test(word)),
  );
  return [
    ...old.map(({ words }) => `${words.join(" ")} must be TLSv1.2 and TLSv1.3 only`),
    ...servers.flatMap((server) =>
      listensOf(server)
        .filter((listen) => {
          const [address = "", ...options] = listen.split(" ");
          const isPlain = isOutside(address) && !options.includes("ssl") && !options.includes("quic");
          return isPlain && !(portOf(address) === "80" && redirects(server));
        })
        .map((listen) => `"listen ${listen}" is without TLS`),
    ),
  ];
}
