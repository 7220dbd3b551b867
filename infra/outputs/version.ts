/**
 * Version of the contract in `contract.ts`. Raise it with a change that readers have to follow: an output that is gone or of another type.
 * `breakingChanges` finds those, and plans show them.
 */
export const CONTRACT = 2;
