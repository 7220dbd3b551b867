import { PROJECT } from "./schema";

/** Folder in Parameter Store that a stack's outputs are mirrored into, unless the configuration says otherwise. */
export const mirrorFolder = (stack: string): string => `/${PROJECT}/${stack}`;

/** Whether the name is the folder's own, or of something below it: `/flowfleet/prod/url` is in `/flowfleet/prod`, `/flowfleet/product` is not. */
export const isIn = (name: string, folder: string): boolean => name === folder || name.startsWith(`${folder}/`);
