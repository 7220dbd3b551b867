import { DataTypes, Sequelize } from "sequelize";
import { config } from "../config.js";

const { host, port, name, user, password } = config.database;
export const database = new Sequelize(name, user, password, { host, port, dialect: "postgres", logging: false });

export const RefreshToken = database.define(
  "RefreshToken",
  { token: { type: DataTypes.STRING, primaryKey: true }, expiresAt: { type: DataTypes.DATE, allowNull: false, field: "expires_at" } },
  { tableName: "refresh_tokens", timestamps: false },
);

export const User = database.define(
  "User",
  { email: { type: DataTypes.STRING, primaryKey: true } },
  { tableName: "users", timestamps: false },
);
