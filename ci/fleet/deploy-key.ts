/**
 * Puts the key for machines from Parameter Store (`DEPLOY_KEY_PARAMETER`) into the SSH agent, for two hours, which is as long as a job may take.
 * It is on no disk and in no log.
 */
import { GetParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import execa from "execa";

void (async () => {
  const name = process.env["DEPLOY_KEY_PARAMETER"];
  if (!name) throw new Error("DEPLOY_KEY_PARAMETER is not set: the parameter's name");
  const { Parameter } = await new SSMClient({}).send(new GetParameterCommand({ Name: name, WithDecryption: true }));
  const key = Parameter?.Value;
  if (!key) throw new Error(`DEPLOY_KEY_PARAMETER ${name}: has no value`);
  // Without its last line break ssh-add finds no key in it.
  await execa("ssh-add", ["-q", "-t", "7200", "-"], { input: `${key.trimEnd()}\n`, stderr: "inherit" });
})().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
});
