import * as z from "zod";
import { SECURE } from "./fields";
import { configuration, KEYS, PROJECT } from "./schema";

type Json = Record<string, unknown>;

/**
 * JSON Schema of a stack file, for editors: names, values allowed, what is required. It knows less than `flowfleet validate`, which reads
 * what one setting needs of another, too.
 */
export function stackFileSchema(): Json {
  const { properties } = z.toJSONSchema(configuration, { io: "input", unrepresentable: "any", target: "draft-7", override }) as {
    properties: Record<string, Json>;
  };
  return {
    $schema: "http://json-schema.org/draft-07/schema#",
    title: "A stack of Flowfleet",
    description: "Pulumi.<stack>.yaml; docs/configuration.md has every setting",
    type: "object",
    properties: {
      config: {
        type: "object",
        properties: Object.fromEntries(KEYS.map((key) => [`${PROJECT}:${key}`, forEditors(properties[key] ?? {})])),
        patternProperties: { [`^(?!${PROJECT}:)[^:]+:`]: { description: "Of a provider: aws:region" } },
        additionalProperties: false,
      },
      environment: { description: "Of Pulumi ESC" },
      secretsprovider: { type: "string" },
      encryptedkey: { type: "string" },
      encryptionsalt: { type: "string" },
    },
    additionalProperties: false,
  };
}

/** zod leaves out the defaults of what it transforms. */
const override = ({ zodSchema, jsonSchema }: { zodSchema: z.core.$ZodTypes; jsonSchema: z.core.JSONSchema.BaseSchema }): void => {
  const { def } = zodSchema._zod;
  if (def.type === "default") jsonSchema.default = def.defaultValue;
};

/** Secrets may be missing until `pulumi up`; a group that is left out is no default that an editor should write. */
function forEditors(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(forEditors);
  if (typeof value !== "object" || value === null) return value;
  const schema = value as Json;
  const properties = schema["properties"] as Record<string, Json> | undefined;
  const required = (schema["required"] as string[] | undefined)?.filter((name) => !isSecret(properties?.[name]));
  const entries = Object.entries(schema).filter(
    ([key, inner]) => key !== "required" && key !== "propertyNames" && !(key === "default" && isEmpty(inner)),
  );
  return {
    ...Object.fromEntries(entries.map(([key, inner]) => [key, forEditors(inner)])),
    ...(required && required.length > 0 && { required }),
  };
}

const isSecret = (schema: Json | undefined): boolean => schema?.["description"] === SECURE["description"];
const isEmpty = (value: unknown): boolean => typeof value === "object" && value !== null && Object.keys(value).length === 0;
