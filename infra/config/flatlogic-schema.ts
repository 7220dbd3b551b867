import * as z from "zod";
import { ACCOUNTS, DEFAULTS, MODES } from "../../stacks/flatlogic/guide";
import * as f from "./fields";
import { variables } from "./flatlogic-variables";
import { chosenHost } from "./host-schema";

/** The Flatlogic VM. */
export const flatlogic = z
  .strictObject({
    host: chosenHost,
    mode: f.choice(...MODES).default("development"),
    user: f.serviceAccount().default(DEFAULTS.user),
    home: f.absolutePath().optional(),
    account: f.choice(...ACCOUNTS).default("platform"),
    variables,
    more: z.record(z.string(), f.textOrSecret()).default({}),
    rotation: f.group({ secretKey: f.slug().optional(), database: f.slug().optional() }),
    agent: f.group({
      executor: f.flag().default(true),
      telemetry: f.flag().default(true),
      tokens: z.record(z.string(), f.secret()).default({}),
    }),
    tunnel: f.group({ token: f.secret(), program: f.absolutePath().optional() }),
    cleanup: f.group({ at: f.timeOfDay().default(DEFAULTS.cleanupAt) }),
    reset: z
      .strictObject({ word: f.slug(), confirm: f.text("name of the database, such as app_40227: db:reset deletes all data in it") })
      .optional(),
    deadlines: f.group({
      frontend: f.duration().default(DEFAULTS.deadlines.frontend),
      backend: f.duration().default(DEFAULTS.deadlines.backend),
    }),
    installTimeout: f.duration().default(DEFAULTS.installTimeout),
    maxBody: f.size().default(DEFAULTS.maxBody),
    apiTimeout: f.duration().default(DEFAULTS.apiTimeout),
    websocketTimeout: f.duration().default(DEFAULTS.websocketTimeout),
  })
  .transform((settings) => ({ ...settings, home: settings.home ?? `/home/${settings.user}` }));
