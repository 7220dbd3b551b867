import * as pulumi from "@pulumi/pulumi";
import { Host } from "../host/host";
import { record } from "../host/recording";
import { RegistryLogin } from "./registry-login";

const KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJKplS3GF5wEEgWD+yNtxCqWnO+0ZpBDi9CZMXXRXUcb";
const main = () => new Host("main", { address: "203.0.113.10", hostKey: KEY });

it("logs in with a secret document", async () => {
  const { steps } = await record(
    () =>
      new RegistryLogin("login", { host: main(), registry: "registry.example.com:5000", user: "deploy", password: pulumi.output("t0ken") }),
  );
  expect(steps).toHaveLength(1);
  expect(steps[0]).toMatchObject({ name: "login-login", noun: "registry", removable: true, secrets: ["connection", "stdin"] });
  expect(steps[0]?.document).toEqual({
    owner: "urn:pulumi:test::flowfleet::flowfleet:service:RegistryLogin::login",
    registry: "registry.example.com:5000",
    user: "deploy",
    password: "t0ken",
  });
});
