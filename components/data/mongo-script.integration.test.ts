import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { createContext, runInContext } from "node:vm";

const HELPER = join(__dirname, "../host/helper");
const TELL = "import json, sys; sys.path.insert(0, sys.argv[1]); import mongo; print(mongo.script(json.load(sys.stdin)), end='')";

interface User {
  pwd: string;
  roles: { role: string; db: string }[];
}

/** A server as far as the program asks: users by "database.name", logins, and what was written. */
class Server {
  readonly writes: string[] = [];
  constructor(readonly users: Record<string, User>) {}

  connect(uri: string) {
    const { username, password, pathname } = new URL(uri);
    const key = `${pathname.slice(1)}.${decodeURIComponent(username)}`;
    if (this.users[key]?.pwd !== decodeURIComponent(password)) throw Object.assign(new Error("Authentication failed."), { code: 18 });
    return this.database(pathname.slice(1));
  }

  private database(name: string) {
    const of = (user: unknown) => `${name}.${String(user)}`;
    const commands: Record<string, (command: Record<string, unknown>) => object> = {
      usersInfo: ({ usersInfo }) => ({ users: [this.users[of((usersInfo as { user: string }).user)]].filter(Boolean) }),
      createUser: ({ createUser, pwd, roles }) => this.write("create", of(createUser), { pwd, roles }),
      updateUser: ({ updateUser, ...changes }) => this.write("update", of(updateUser), changes),
      dropUser: ({ dropUser }) => this.write("drop", of(dropUser)),
    };
    return {
      getSiblingDB: (other: string) => this.database(other),
      runCommand: (command: Record<string, unknown>): object => ({ ok: 1, ...commands[Object.keys(command)[0] ?? ""]?.(command) }),
    };
  }

  private write(what: string, key: string, changes?: object): object {
    this.writes.push([what, key, ...Object.keys(changes ?? {}).sort()].join(" "));
    if (changes) this.users[key] = { ...this.users[key], ...changes } as User;
    else Reflect.deleteProperty(this.users, key);
    return {};
  }
}

/** Runs what the helper tells the shell, line by line as the shell does. */
function run(server: Server, wanted: object): unknown {
  const script = execFileSync("python3", ["-B", "-c", TELL, HELPER], { input: JSON.stringify(wanted), encoding: "utf8" });
  const printed: string[] = [];
  const context = createContext({ connect: (uri: string) => server.connect(uri), print: (line: string) => printed.push(line) });
  for (const line of script.trimEnd().split("\n")) runInContext(line, context);
  expect(printed).toHaveLength(1);
  return JSON.parse(printed[0]?.replace("flowfleet-result:", "") ?? "");
}

const rights = (...roles: string[]) => roles.map((role) => ({ role, db: "flowra" }));
const ROOT = { user: "root", password: "boss" };
const FLOWRA = { name: "flowra", password: "p@ss w'o\"rd", database: "flowra", roles: ["dbAdmin", "readWrite"] };
const serverWith = (users: Record<string, User> = {}) => new Server({ "admin.root": { pwd: "boss", roles: [] }, ...users });
const wantedOf = (more: object = {}) => ({ root: ROOT, former: [], users: [FLOWRA], retired: [], ...more });

it("makes a user that is missing, and then nothing", () => {
  const server = serverWith();
  expect(run(server, wantedOf())).toEqual({ changed: ["flowra.flowra"], retired: [] });
  expect(server.users["flowra.flowra"]).toEqual({ pwd: FLOWRA.password, roles: rights("dbAdmin", "readWrite") });
  expect(run(server, wantedOf())).toEqual({ changed: [], retired: [] });
  expect(server.writes).toEqual(["create flowra.flowra pwd roles"]);
});

it.each([
  ["another password", { pwd: "old", roles: rights("dbAdmin", "readWrite") }, ["update flowra.flowra pwd"]],
  ["fewer roles", { pwd: FLOWRA.password, roles: rights("readWrite") }, ["update flowra.flowra roles"]],
  [
    "more roles elsewhere",
    { pwd: FLOWRA.password, roles: [...rights("dbAdmin", "readWrite"), { role: "root", db: "admin" }] },
    ["update flowra.flowra roles"],
  ],
  ["the same roles in another order", { pwd: FLOWRA.password, roles: rights("readWrite", "dbAdmin") }, []],
])("mends %s and nothing else", (_, user, writes) => {
  const server = serverWith({ "flowra.flowra": user });
  run(server, wantedOf());
  expect(server.writes).toEqual(writes);
});

it("changes the administrator's password, for which it needs the former one", () => {
  const server = serverWith();
  const root = { ...ROOT, password: "chief" };
  expect(run(server, wantedOf({ root, users: [] }))).toEqual({ error: "no-login" });
  expect(run(server, wantedOf({ root, users: [], former: ["wrong", "boss"] }))).toEqual({ changed: ["admin.root"], retired: [] });
  expect(server.users["admin.root"]?.pwd).toBe("chief");
});

it("removes those that are retired, where they are still there", () => {
  const server = serverWith({ "flowra.old": { pwd: "x", roles: [] } });
  const retired = [
    { database: "flowra", name: "old" },
    { database: "flowra", name: "gone" },
  ];
  expect(run(server, wantedOf({ users: [], retired }))).toEqual({ changed: [], retired: ["flowra.old"] });
  expect(server.users["flowra.old"]).toBeUndefined();
});

it("tells what the server says", () => {
  const server = serverWith();
  server.connect = () => {
    throw new Error("connect ECONNREFUSED 127.0.0.1:27017");
  };
  expect(run(server, wantedOf())).toEqual({ error: "connect ECONNREFUSED 127.0.0.1:27017" });
});
