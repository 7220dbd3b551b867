import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";

/** What a generated value looks like: 64 hexadecimal digits, or 43 letters and digits. */
export type PasswordForm = "hex" | "password";

export interface PasswordArgs {
  /** A value of the configuration, instead of one that is made. */
  value?: pulumi.Input<string> | undefined;
  /** Any word, e.g. the month of the last rotation: another word makes another password. @default "first" */
  rotation?: string | undefined;
  /** @default "password" */
  form?: PasswordForm;
}

/** The rotation of what was never rotated. */
export const FIRST_ROTATION = "first";

/** 16^64 = 2^256, and 62^43 > 2^256. */
const SIGNS = {
  hex: { length: 64, upper: false, lower: false, overrideSpecial: "abcdef" },
  password: { length: 43, special: false },
} as const;

/**
 * A password: the given one, or one with at least 256 bits of chance that is made once and kept (encrypted) in the state. Never
 * RandomBytes: the provider makes the value itself the resource's id, which stands in the state in clear.
 *
 * @example const root = password(`${name}-root-password`, { value: settings.rootPassword, rotation: "2026-11" }, this);
 */
export function password(name: string, args: PasswordArgs, parent: pulumi.Resource): pulumi.Output<string> {
  const { value, rotation = FIRST_ROTATION, form = "password" } = args;
  if (value !== undefined) return pulumi.secret(value);
  return new random.RandomPassword(name, { ...SIGNS[form], keepers: { rotation } }, { parent }).result;
}
