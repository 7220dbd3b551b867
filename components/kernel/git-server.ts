/**
 * The server of a repository that is fetched by SSH; none of one by HTTPS.
 *
 * @example gitServerOf("ssh://git@git.example.com:2222/shop/api.git") // "git.example.com"
 */
export function gitServerOf(repository: string): string | undefined {
  const [, byScheme, short] = /^(?:ssh:\/\/(?:[^@/\s]+@)?([^/:\s]+)(?::\d+)?\/|[^@/:\s]+@([^/:\s]+):)/.exec(repository) ?? [];
  return byScheme ?? short;
}
