import { inMegabytes } from "../kernel/size";
import type { Size } from "../kernel/size";

/** Half of the container's memory as heap: buffers, threads and libraries take the rest, and a health check of its own program some of it. */
export const heapOf = (memory: Size): string => {
  const heap = Math.floor(inMegabytes(memory) / 2);
  return `-Xms${Math.min(heap, 64)}m -Xmx${heap}m`;
};

/** Confluent's images: programs log to stdout alone, and write settings of their own when they start. */
export const CONFLUENT = { LOG_DIR: "/tmp", KAFKA_GC_LOG_OPTS: "-Xlog:gc*=off" } as const;

/** A word to a port of the container itself, in bash, and what must come back. */
export const asks = (port: number, word: string, answer: string): string[] => [
  "CMD",
  "bash",
  "-c",
  `exec 3<>/dev/tcp/127.0.0.1/${port} && printf '${word}' >&3 && grep -q '${answer}' <&3`,
];
