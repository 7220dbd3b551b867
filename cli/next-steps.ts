import pc from "picocolors";
import type { RehearsalStatus } from "../rehearsal/status";

/** What a person needs once a rehearsal stands: URLs, a curl line that works as printed, how to log in, look around, change, tear down. */
export function nextSteps({ stack, ca, machines, urls, aws }: RehearsalStatus, time: string, systems: readonly string[] = []): string {
  const mine = urls.filter(({ environment }) => environment === stack);
  const shown = mine.length > 0 ? mine : urls;
  const [first] = shown;
  const task = aws?.task;
  const rows: [string, string[]][] = [
    ["Open", [...shown.map(({ system, url }) => `${system}: ${url}`), ...(task ? [`${task.system}: ${task.url} (${ALONE})`] : [])]],
    ["Try", first ? [curlLine(first, ca)] : task ? [`curl ${task.healthUrl}`] : []],
    ["In a browser", first ? [`add "${first.address} ${new URL(first.url).hostname}" to /etc/hosts and trust ${ca}`] : []],
    ["AWS", aws ? [awsLine(aws)] : []],
    ["Log in", machines.map(({ name }) => `npx flowfleet rehearse --stack ${stack} --ssh ${name}`)],
    [
      "Look around",
      [
        ...(task ? [`docker logs ${task.containerName}`] : []),
        `npx flowfleet rehearse --stack ${stack} --status`,
        `npx flowfleet outputs --stack ${stack} --rehearsal`,
      ],
    ],
    ["Change", [`edit Pulumi.${stack}.yaml, then ${startCommand(stack, systems)} again: only what changed is done`]],
    ["Tear down", [stack === "local" ? "npm run down" : `npx flowfleet rehearse --stack ${stack} --down`]],
  ];
  const lines = rows.flatMap(([title, texts]) => texts.map((text, index) => `  ${(index === 0 ? title : "").padEnd(14)}${text}`));
  return `\n${pc.green(`Stack ${stack} is up`)} (${time}).\n${lines.join("\n")}\n`;
}

const ALONE = "one task, without its load balancer";

function startCommand(stack: string, systems: readonly string[]): string {
  if (systems.length > 0) return `npx flowfleet rehearse --stack ${stack} --systems ${systems.join(" ")}`;
  return stack === "local" ? "npm start" : `npx flowfleet rehearse --stack ${stack}`;
}

/** Asks for the system's health. Name and certificate are checked as a browser would check them; only the address is told. */
export function curlLine({ url, healthUrl = url, address, port }: RehearsalStatus["urls"][number], ca: string): string {
  return `curl --cacert ${quoted(ca)} --connect-to ${new URL(url).hostname}:443:${address}:${port} ${healthUrl}`;
}

/** Asks the emulator with AWS's own command line, where there is one. */
const awsLine = ({ endpoint, region }: NonNullable<RehearsalStatus["aws"]>): string =>
  `AWS_ENDPOINT_URL=${endpoint} AWS_ACCESS_KEY_ID=rehearsal AWS_SECRET_ACCESS_KEY=rehearsal aws --region ${region} ecs list-clusters`;

/** For a shell, where it needs it. */
const quoted = (text: string): string => (/^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`);
