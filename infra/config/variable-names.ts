/** Whether a shell, and with it a file of variables, can have a variable of this name. */
export const isVariable = (name: string): boolean => /^[A-Za-z_][A-Za-z0-9_]*$/.test(name);

/** Whether it is one by which a program finds others, its home, or code that is to run before its own. */
export const isSteering = (name: string): boolean => /^(?:PATH$|HOME$|PM2_|FLOWFLEET_|LD_|NODE_(?:OPTIONS|PATH)$)/.test(name);
