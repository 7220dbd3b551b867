/** FlowStack's stand-in where what it does decides whether a rehearsal tells the truth of Flowise. */
type Variables = Record<string, string>;
const { tls } = jest.requireActual<{ tls: (variables: Variables) => unknown }>("./flowstack/app/src/tls");

const { foldersOf } = jest.requireActual<{ foldersOf: (variables: Variables) => unknown }>("./flowstack/app/src/folders");

const DATABASE_SSL_KEY_BASE64 = Buffer.from("PEM").toString("base64");

it.each<[string, Variables, unknown]>([
  // `true` is verified by the system's store, which vouches for no database of RDS.
  ["TLS alone", { DATABASE_SSL: "true" }, true],
  ["no TLS", { DATABASE_SSL: "false" }, false],
  [
    "certificates, and that the server is verified by them",
    { DATABASE_SSL: "true", DATABASE_SSL_KEY_BASE64, DATABASE_REJECT_UNAUTHORIZED: "true" },
    { rejectUnauthorized: true, ca: Buffer.from("PEM") },
  ],
  ["certificates alone", { DATABASE_SSL_KEY_BASE64 }, { rejectUnauthorized: false, ca: Buffer.from("PEM") }],
])("it speaks TLS to its database as Flowise does: told of %s", (_, variables, wanted) => {
  expect(tls(variables)).toEqual(wanted);
});

it("it keeps keys and files where it is told to, as Flowise does, and else below its home", () => {
  const told = { HOME: "/home/node", SECRETKEY_PATH: "/data", BLOB_STORAGE_PATH: "/data/storage", LOG_PATH: "/tmp/logs" };
  expect(foldersOf(told)).toEqual({ home: "/home/node/.flowise", key: "/data/encryption.key", files: "/data/storage", logs: "/tmp/logs" });
  expect(foldersOf({ HOME: "/home/node" })).toEqual({
    home: "/home/node/.flowise",
    key: "/home/node/.flowise/encryption.key",
    files: "/home/node/.flowise/storage",
    logs: "/usr/src/logs",
  });
});
