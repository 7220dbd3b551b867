import type { Problem } from "../kernel/refuse";

/** `123456789012.dkr.ecr.eu-central-1.amazonaws.com/shop/backend`. */
const ECR = /^(?<account>\d{12})\.dkr\.ecr\.(?<region>[a-z0-9-]+)\.amazonaws\.com\/(?<repository>.+)$/;

/** Where in ECR an image is; nothing for one of another registry. */
export const inEcr = (image: string) => ECR.exec(image)?.groups as { account: string; region: string; repository: string } | undefined;

/** Of `registryCredentials` where there is no NAT gateway: a task that has to read them would not start, and ECR asks for none. */
export const credentialsOutOfReach = (path: string): Problem[] => [
  {
    path,
    wrong: "cannot be read: the network has no NAT gateway, and does not reach Secrets Manager",
    todo: "leave it out: the network reaches ECR alone, which needs none",
  },
];
