/** All resource types of the package `aws` that the offline engine can apply. */
import { ECS_TYPES } from "./ecs";
import { IDENTITY_TYPES } from "./identity";
import { INSTANCE_TYPES } from "./instance";
import { LOAD_BALANCING_TYPES } from "./load-balancing";
import { NAMESPACE_TYPES } from "./namespaces";
import { NAME_TYPES } from "./names";
import { RDS_TYPES } from "./rds";
import type { AwsType } from "./resource";
import { SECURITY_GROUP_TYPES } from "./security-group";
import { STORAGE_TYPES } from "./storage";
import { VPC_TYPES } from "./vpc";
import { WATCHING_TYPES } from "./watching";

export const TYPES: Record<string, AwsType> = {
  ...VPC_TYPES,
  ...SECURITY_GROUP_TYPES,
  ...INSTANCE_TYPES,
  ...ECS_TYPES,
  ...LOAD_BALANCING_TYPES,
  ...NAME_TYPES,
  ...NAMESPACE_TYPES,
  ...IDENTITY_TYPES,
  ...RDS_TYPES,
  ...STORAGE_TYPES,
  ...WATCHING_TYPES,
};

/** @throws when a program uses a type that nobody has told of here. */
export function typeOf(token: string): AwsType {
  const type = Object.hasOwn(TYPES, token) ? TYPES[token] : undefined;
  if (!type) throw new Error(`the offline engine has no ${token}; of the package aws it has ${Object.keys(TYPES).sort().join(", ")}`);
  return type;
}
