/** People who log in at Flowra's Keycloak, as a browser does it: over HTTPS, by the name that nginx serves. */
import { type Ask, request } from "./request";
import type { World } from "./world";

/** Where users are sent back to after they logged in; the stack file allows it. */
const CALLBACK = "https://app.flowra.com/callback";
const REALM = "/realms/flowra/protocol/openid-connect";
const CLIENT = "flowra-backend";

export interface Person {
  name: string;
  password: string;
}

/** Somebody who uses Flowra. */
export const PERSON: Person = { name: "ann", password: "correct horse battery staple" };

/** Makes a user of the realm, or leaves the one that is there, as the application's own account, whose password is in the file on the machine. */
export async function addPerson(world: World, stack: string, { name, password }: Person): Promise<void> {
  const person = { username: name, enabled: true, emailVerified: true, credentials: [{ type: "password", value: password }] };
  await world.on(world.machine(stack), `python3 -I -c '${ADD}'`, { input: JSON.stringify(person) });
}

const ADD = `
import json, sys, urllib.error, urllib.parse, urllib.request
there = "http://127.0.0.1:8090"
env = {name: value.strip(chr(39) + chr(34)) for name, value in (line.strip().split("=", 1) for line in open("/opt/flowra/.env") if "=" in line)}
admin = {"grant_type": "password", "client_id": "admin-cli", "username": env["FLOWRA_KEYCLOAK_ADMIN_USERNAME"], "password": env["FLOWRA_KEYCLOAK_ADMIN_PASSWORD"]}
token = json.load(urllib.request.urlopen(there + "/realms/master/protocol/openid-connect/token", urllib.parse.urlencode(admin).encode()))["access_token"]
headers = {"Authorization": "Bearer " + token, "Content-Type": "application/json"}
try:
    urllib.request.urlopen(urllib.request.Request(there + "/admin/realms/flowra/users", sys.stdin.read().encode(), headers))
except urllib.error.HTTPError as error:
    if error.code != 409:
        raise
`;

/** What the application's clients have after the login. */
export interface Tokens {
  access_token: string;
  id_token: string;
}

/** The login page, the form, the way back with a code, and the application's own exchange of it for a token. `headers`: more of them, in each request. */
export async function logIn(world: World, stack: string, person: Person, headers: Record<string, string> = {}): Promise<Tokens> {
  const [, name = ""] = world.domains(stack);
  const ask = (path: string, more: Ask) => request(world, stack, path, { ...more, name, headers: { ...headers, ...more.headers } });
  const form = { "content-type": "application/x-www-form-urlencoded" };
  const query = new URLSearchParams({ response_type: "code", client_id: CLIENT, redirect_uri: CALLBACK, scope: "openid" });
  const page = await ask(`${REALM}/auth?${query.toString()}`, {});
  const action = /action="([^"]+)"/.exec(page.body)?.[1]?.replaceAll("&amp;", "&");
  if (page.status !== 200 || action === undefined) throw new Error(`no login page: ${page.status}\n${page.body.slice(0, 500)}`);
  const to = new URL(action);
  if (to.origin !== `https://${name}`) throw new Error(`the form goes to ${to.origin}`);
  const cookie = (page.headers["set-cookie"] ?? []).map((one) => one.split(";")[0]).join("; ");
  const body = new URLSearchParams({ username: person.name, password: person.password, credentialId: "" }).toString();
  const back = await ask(`${to.pathname}${to.search}`, { method: "POST", headers: { ...form, cookie }, body });
  const code = new URL(back.headers.location ?? "https://nowhere.example.com").searchParams.get("code");
  if (back.status !== 302 || code === null) throw new Error(`not let in: ${back.status} ${back.headers.location ?? ""}`);
  const exchange = {
    grant_type: "authorization_code",
    code,
    redirect_uri: CALLBACK,
    client_id: CLIENT,
    client_secret: await secret(world, stack),
  };
  const answer = await ask(`${REALM}/token`, { method: "POST", headers: form, body: new URLSearchParams(exchange).toString() });
  if (answer.status !== 200) throw new Error(`no token: ${answer.status} ${answer.body}`);
  return JSON.parse(answer.body) as Tokens;
}

const secret = async (world: World, stack: string): Promise<string> =>
  (await world.on(world.machine(stack), '. /opt/flowra/.env; printf %s "$FLOWRA_KEYCLOAK_CLIENT_SECRET"')).trim();
