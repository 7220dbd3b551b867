/** An amount of memory or disk as a person writes it: `"512 KB"`, `"50 MB"`, `"2 GB"`. Powers of 1024, as Docker and nginx count. */
export type Size = `${number} ${"KB" | "MB" | "GB"}`;

const KILOBYTES = { KB: 1, MB: 1024, GB: 1024 * 1024 } as const;

/**
 * The size in whole kilobytes.
 *
 * @throws RangeError when the text is not a size or is not a whole number of kilobytes above zero.
 */
export function inKilobytes(size: Size): number {
  const [, amount, unit] = /^(\d+(?:\.\d+)?) (KB|MB|GB)$/.exec(size) ?? [];
  const kilobytes = Number(amount) * KILOBYTES[unit as keyof typeof KILOBYTES];
  if (!Number.isSafeInteger(kilobytes) || kilobytes === 0) throw new RangeError(`must be a size above zero such as "50 MB", got "${size}"`);
  return kilobytes;
}

/**
 * The size in whole megabytes, as the helper's documents count.
 *
 * @throws RangeError when it is not a whole number of megabytes.
 * @example inMegabytes("2 GB") // 2048
 */
export function inMegabytes(size: Size): number {
  const kilobytes = inKilobytes(size);
  if (kilobytes % 1024 !== 0) throw new RangeError(`must be a whole number of megabytes, got "${size}"`);
  return kilobytes / 1024;
}

/**
 * The size as nginx writes it.
 *
 * @example inNginxUnits("50 MB") // "50m"
 */
export function inNginxUnits(size: Size): string {
  const kilobytes = inKilobytes(size);
  return kilobytes % 1024 === 0 ? `${kilobytes / 1024}m` : `${kilobytes}k`;
}
