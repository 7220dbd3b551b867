import { access } from "node:fs/promises";
import { join } from "node:path";

/** Whether this machine has a program; those of administrators are not on everybody's `PATH`. */
export const isThere = async (program: string): Promise<boolean> => {
  const folders = [...(process.env["PATH"] ?? "").split(":"), "/usr/local/sbin", "/usr/sbin", "/sbin"];
  const found = await Promise.all(
    folders.map((folder) =>
      access(join(folder, program)).then(
        () => true,
        () => false,
      ),
    ),
  );
  return found.includes(true);
};
