/** `urn:pulumi:prod::flowfleet::a$b$flowfleet:web:NginxSite::shop` as a person reads it: `NginxSite shop`. */
export function shortUrn(urn: string): string {
  const parts = urn.split("::");
  const type = (parts[2] ?? "").split("$").at(-1) ?? "";
  return `${type.split(":").at(-1) ?? type} ${parts.slice(3).join("::")}`;
}
