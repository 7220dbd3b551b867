import * as pulumi from "@pulumi/pulumi";
import { publicVariables, secretVariables, variableNames } from "./environment";
import { SERVICE_NAMES } from "./guide";
import { settingsOf } from "./testing/program";
import { VARIABLE_NAMES } from "./variables";

const PLACES = {
  postgres: { address: "10.92.1.10", port: 5432, password: "p@ss/word" },
  redis: { address: "10.92.1.12", port: 6379, password: "redis" },
  kafka: "10.92.1.16:9092",
  schemaRegistry: "http://10.92.1.18:8081",
};

const resolved = async (text = ""): Promise<Record<string, string>> => {
  const entries = Object.entries(secretVariables(settingsOf(text), PLACES)).map(([name, variable]) => {
    const value = "value" in variable ? variable.value : "";
    return new Promise<[string, string]>((done) =>
      pulumi.output(value).apply((known) => {
        done([name, known]);
      }),
    );
  });
  return Object.fromEntries(await Promise.all(entries));
};

it("of .env are all of the table, in its order, and then further ones", async () => {
  const found = await resolved("    more: {JWT_ISSUER: https://coreflow.example.com}\n");
  expect(Object.keys(found)).toEqual([...VARIABLE_NAMES, "JWT_ISSUER"]);
  expect(found).toMatchObject({
    POSTGRES_HOST: "10.92.1.10",
    POSTGRES_PORT: "5432",
    POSTGRES_DB: "coreflow",
    POSTGRES_USER: "coreflow",
    POSTGRES_PASSWORD: "p@ss/word",
    DATABASE_URL: "postgresql://coreflow:p%40ss%2Fword@10.92.1.10:5432/coreflow",
    REDIS_URL: "redis://:redis@10.92.1.12:6379",
    KAFKA_BROKERS: "10.92.1.16:9092",
    SCHEMA_REGISTRY_URL: "http://10.92.1.18:8081",
    SANITY_PROJECT_ID: "abc12345",
    SANITY_DATASET: "production",
    BLOCKCHAIN_CHAIN_ID: "137",
    JWT_ISSUER: "https://coreflow.example.com",
  });
});

it("of the API gateway say where the others are, by the ports that were chosen", () => {
  expect(publicVariables("api-gateway", settingsOf())).toEqual({
    NODE_ENV: "production",
    CMS_SERVICE_URL: "http://127.0.0.1:3001",
    AI_SERVICE_URL: "http://127.0.0.1:8000",
    BLOCKCHAIN_SERVICE_URL: "http://127.0.0.1:3002",
    PAYMENTS_SERVICE_URL: "http://127.0.0.1:8080",
    DASHBOARD_URL: "http://127.0.0.1:3003",
  });
});

it("of a service hold its port where no release has one of its own", () => {
  for (const service of SERVICE_NAMES.slice(1)) expect(publicVariables(service, settingsOf())).toEqual({ NODE_ENV: "production" });
  const stopped = settingsOf("", "    services: {coreflow-dashboard: {port: 3003, switching: stop, portVariable: WEB_PORT}}\n");
  expect(publicVariables("coreflow-dashboard", stopped)).toEqual({ NODE_ENV: "production", WEB_PORT: "3003" });
});

it("have these names, wherever a service is told them", () => {
  const services = "    services: {coreflow-dashboard: {port: 3003, portVariable: WEB_PORT}}\n";
  expect(variableNames(settingsOf("    more: {JWT_ISSUER: x}\n", services))).toEqual([
    ...VARIABLE_NAMES,
    "JWT_ISSUER",
    "NODE_ENV",
    "CMS_SERVICE_URL",
    "AI_SERVICE_URL",
    "BLOCKCHAIN_SERVICE_URL",
    "PAYMENTS_SERVICE_URL",
    "DASHBOARD_URL",
    "PORT",
    "WEB_PORT",
  ]);
});
