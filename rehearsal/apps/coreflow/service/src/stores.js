// PostgreSQL, Redis and Kafka, by the variables of the guide's `.env`.
const { Pool } = require("pg");
const { Redis } = require("ioredis");
const { Kafka, logLevel } = require("kafkajs");

const { DATABASE_URL, REDIS_URL, KAFKA_BROKERS = "" } = process.env;

/** @param name Of the service: its rows, its key and its topic have it. */
exports.stores = (name) => {
  const pool = new Pool({ connectionString: DATABASE_URL, max: 2 });
  pool.on("error", (error) => console.error(`PostgreSQL: ${error.message}`));
  const redis = new Redis(REDIS_URL, { maxRetriesPerRequest: 1 });
  redis.on("error", (error) => console.error(`Redis: ${error.message}`));
  const kafka = new Kafka({ clientId: name, brokers: KAFKA_BROKERS.split(","), logLevel: logLevel.ERROR, retry: { retries: 3 } });
  const producer = kafka.producer();
  const admin = kafka.admin();

  return {
    async connect() {
      // One after the other: of two that make it at once, PostgreSQL refuses one in spite of IF NOT EXISTS.
      await pool.query("SELECT pg_advisory_xact_lock(1); CREATE TABLE IF NOT EXISTS items (service text NOT NULL, text text NOT NULL)");
      await redis.ping();
      await Promise.all([producer.connect(), admin.connect()]);
    },
    async add(text) {
      await pool.query("INSERT INTO items VALUES ($1, $2)", [name, text]);
      await redis.incr(`items:${name}`);
      await producer.send({ topic: `items-${name}`, messages: [{ value: text }] });
    },
    async counts() {
      const rows = await pool.query("SELECT count(*)::int AS count FROM items WHERE service = $1", [name]);
      const topics = await admin.listTopics();
      const offsets = topics.includes(`items-${name}`) ? await admin.fetchTopicOffsets(`items-${name}`) : [];
      return {
        postgres: rows.rows[0].count,
        redis: Number((await redis.get(`items:${name}`)) ?? 0),
        kafka: offsets.reduce((sum, { high, low }) => sum + Number(high) - Number(low), 0),
      };
    },
    async end() {
      await Promise.allSettled([pool.end(), redis.quit(), producer.disconnect(), admin.disconnect()]);
    },
  };
};
