/** Whether `body` is the base64 of a public SSH key of that kind, whole: `kind` and `body` are the first two words of its line. */
export function isPublicKey(kind: string, body: string): boolean {
  const bytes = Buffer.from(body, "base64");
  // What is no base64 is skipped in silence.
  if (bytes.toString("base64") !== body) return false;
  const [name, ...numbers] = fieldsOf(bytes);
  return name?.toString("latin1") === kind && numbers.length > 0;
}

/** The fields of what SSH sends, each behind its length in four bytes: none if the last does not end where all of it does. */
function fieldsOf(bytes: Buffer): Buffer[] {
  const fields: Buffer[] = [];
  let end = 0;
  while (end + 4 <= bytes.length) {
    const start = end + 4;
    end = start + bytes.readUInt32BE(end);
    fields.push(bytes.subarray(start, end));
  }
  return end === bytes.length ? fields : [];
}
