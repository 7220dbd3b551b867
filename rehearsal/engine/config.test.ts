import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { buildConfig, readProject, readStackFile, type StackConfig } from "./config";
import type { ConfigValue } from "./api";
import { Crypter } from "./state/crypter";

describe("a project's configuration", () => {
  let dir: string;
  beforeEach(() => {
    dir = mkdtempSync(path.join(tmpdir(), "config-"));
    write("Pulumi.yaml", "name: app\nruntime: nodejs\n");
  });
  afterEach(() => {
    rmSync(dir, { recursive: true });
  });
  const write = (name: string, text: string): void => {
    writeFileSync(path.join(dir, name), text);
  };
  const build = (own: Record<string, ConfigValue> = {}, crypter?: Crypter): StackConfig =>
    buildConfig(readProject(dir), readStackFile(dir, "dev"), own, crypter);

  test("defaults, then the stack's file, then the caller's", () => {
    write(
      "Pulumi.yaml",
      "name: app\nruntime: nodejs\nconfig:\n  a: {type: string, default: d}\n  b: {default: 1}\n  other:c: {value: x}\n",
    );
    write("Pulumi.dev.yaml", "config:\n  app:b: 2\n  app:list: [1, {z: 1, a: 2}]\n");
    expect(build({ "app:b": "3", own: "4" }).values).toEqual({
      "app:a": "d",
      "app:b": "3",
      "other:c": "x",
      "app:list": '[1,{"a":2,"z":1}]',
      "app:own": "4",
    });
  });
  test("paths set parts, and make what is on the way", () => {
    write("Pulumi.dev.yaml", "config:\n  app:hosts: {main: {address: 203.0.113.1, user: deploy}}\n");
    const { values } = build({ "app:hosts.main.address": "203.0.113.2", "app:hosts.main.port": "22", "app:l[0]": "zero" });
    expect(JSON.parse(values["app:hosts"] ?? "")).toEqual({ main: { address: "203.0.113.2", user: "deploy", port: 22 } });
    expect(values["app:l"]).toBe('["zero"]');
  });
  test("null takes away a value, or a part of it", () => {
    write("Pulumi.yaml", "name: app\nruntime: nodejs\nconfig:\n  shop: {type: object, default: {}}\n");
    write(
      "Pulumi.dev.yaml",
      "config:\n  app:shop: {host: {name: a}}\n  app:hosts: {a: {address: 203.0.113.1}, b: {address: 203.0.113.2}}\n",
    );
    expect(build({ "app:shop": null, "app:hosts.b": null, "app:none": null, "app:nothing.at.all": null }).values).toEqual({
      "app:hosts": '{"a":{"address":"203.0.113.1"}}',
    });
  });
  test("secrets reach the program in clear and are told apart, whole or in part", async () => {
    const crypter = await Crypter.create("p");
    write("Pulumi.dev.yaml", `config:\n  app:token: {secure: "${crypter.encrypt("t0ken")}"}\n  app:db: {user: ann}\n`);
    const config = build({ "app:db.password": { secret: "pa55" } }, crypter);
    expect(config).toEqual({
      values: { "app:token": "t0ken", "app:db": '{"password":"pa55","user":"ann"}' },
      secretKeys: ["app:token", "app:db"],
      secretTexts: ["t0ken", "pa55"],
      shown: { "app:token": "[secret]", "app:db": '{"password":"[secret]","user":"ann"}' },
    });
  });
  test("what is wrong is told with its file", () => {
    write("Pulumi.dev.yaml", "config: [\n");
    expect(() => build()).toThrow(path.join(dir, "Pulumi.dev.yaml"));
    write("Pulumi.yaml", "name: app\nruntime: python\n");
    expect(() => readProject(dir)).toThrow(
      `${path.join(dir, "Pulumi.yaml")}: runtime is "python"; the offline engine runs "nodejs" programs only`,
    );
    expect(() => readProject(path.join(dir, "none"))).toThrow(`${path.join(dir, "none")}: there is no Pulumi.yaml`);
  });
  test("runtime options", () => {
    write("Pulumi.yaml", 'name: app\nmain: infra\nruntime: {name: nodejs, options: {typescript: false, nodeargs: "--import tsx"}}\n');
    expect(readProject(dir)).toMatchObject({ main: "infra", typescript: false, nodeArgs: ["--import", "tsx"] });
  });
});
