/** `123456789012.dkr.ecr.eu-central-1.amazonaws.com/shop/backend`. */
const ECR = /^(?<account>\d{12})\.dkr\.ecr\.(?<region>[a-z0-9-]+)\.amazonaws\.com\/(?<repository>.+)$/;

/** Where in ECR an image is; nothing for one of another registry. */
export const inEcr = (image: string) => ECR.exec(image)?.groups as { account: string; region: string; repository: string } | undefined;
