/** What of a server that was set up by hand may be taken over. */
export const TAKE_OVER = ["nginx", "pm2", "docker"] as const;
export type TakeOver = (typeof TAKE_OVER)[number];
