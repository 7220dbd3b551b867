/** `migrate`, `seed`, `reset`, `cleanup-tokens`: what `npm run db:…` does. */
import { Op } from "sequelize";
import { config } from "../config.js";
import { database, RefreshToken, User } from "./database.js";
import { initial } from "./migrations/initial.js";

const migrate = async () => {
  await database.query(initial);
  console.log("migrated");
};
const seed = async () => {
  await User.findOrCreate({ where: { email: "admin@example.com" } });
  console.log("seeded");
};
const COMMANDS: Record<string, () => Promise<void>> = {
  migrate,
  seed,
  reset: async () => {
    await database.query("DROP TABLE IF EXISTS users, refresh_tokens");
    await migrate();
    await seed();
  },
  "cleanup-tokens": async () => {
    const before = new Date(Date.now() - config.tokenRetention);
    const removed = await RefreshToken.destroy({ where: { expiresAt: { [Op.lt]: before } } });
    console.log(`removed ${removed} refresh tokens that expired before ${before.toISOString()}`);
  },
};

try {
  await COMMANDS[process.argv[2] ?? ""]?.();
} finally {
  await database.close();
}
