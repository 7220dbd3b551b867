const path = require("node:path");

/** Where things are kept, as Flowise: each where it is told to, else below its home, or for logs beside its program. */
function foldersOf({ HOME, SECRETKEY_PATH, BLOB_STORAGE_PATH, LOG_PATH }) {
  const home = path.join(HOME, ".flowise");
  return {
    home,
    key: path.join(SECRETKEY_PATH ?? home, "encryption.key"),
    files: BLOB_STORAGE_PATH ?? path.join(home, "storage"),
    logs: LOG_PATH ?? "/usr/src/logs",
  };
}

module.exports = { foldersOf };
