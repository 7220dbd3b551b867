import type { ErrorCode, YAMLError } from "yaml";

/** What is wrong, and in some cases another thing for a message of the parser that has these words. */
type Words = string | readonly [usual: string, ...special: readonly (readonly [has: string, words: string])[]];

/** The parser's own messages have its inner names in them, and pieces of the file, which may be a secret. */
const WORDS: Readonly<Record<ErrorCode, Words>> = {
  ALIAS_PROPS: "an alias (*) has an anchor (&) or a tag (!) before it",
  BAD_ALIAS: "an anchor (&) or an alias (*) has no name; text that begins so goes into quotes",
  BAD_COLLECTION_TYPE: "a tag (!) does not fit what follows it",
  BAD_DIRECTIVE: "a line that begins with % is no setting",
  BAD_DQ_ESCAPE: "a backslash in double quotes stands before a character that it cannot; put the text into single quotes",
  BAD_INDENT: [
    "a line begins in another column than those that it belongs to",
    ["end with a ]", "a list that begins with [ has no ] before what follows it begins"],
    ["end with a }", "a group that begins with { has no } before what follows it begins"],
  ],
  BAD_PROP_ORDER: "an anchor (&) or a tag (!) stands before - or :, and belongs behind it",
  BAD_SCALAR_START: "a value begins with a character that YAML keeps for itself, such as @, % or `; put it into quotes",
  BLOCK_AS_IMPLICIT_KEY: "there is a second colon in the line; put a value with a colon into quotes, or begin a group on a line of its own",
  BLOCK_IN_FLOW: "what is within [ ] or { } cannot go on by lines",
  DUPLICATE_KEY: "the name is there twice",
  IMPOSSIBLE: "it cannot be read from here on",
  KEY_OVER_1024_CHARS: "a name has more than 1024 characters",
  MISSING_CHAR: [
    "a character is missing here",
    ["quote", "a text that begins with a quote has none at its end"],
    ["map values", "a name has no colon behind it"],
    ["Missing , between", "there is no comma between two elements"],
    ["Comments must", "there is no blank before the # of a comment"],
  ],
  MULTILINE_IMPLICIT_KEY: "a name must be on one line, with a colon and a blank behind it",
  MULTIPLE_ANCHORS: "a value has two anchors (&)",
  MULTIPLE_DOCS: "a second document begins here, and only the first would be read",
  MULTIPLE_TAGS: "a value has two tags (!)",
  NON_STRING_KEY: "a name must be text",
  RESOURCE_EXHAUSTION: "aliases (*) stand for more than there is room for",
  TAB_AS_INDENT: "a line begins with a tab; indent it by blanks",
  TAG_RESOLVE_FAILED: "a tag (!) does not fit what follows it",
  UNEXPECTED_TOKEN: "something stands here that does not belong here: a bracket, a quote or an indentation is amiss",
};

/** An error of the parser in words for a person, without anything of what the file holds. */
export function yamlWords({ code, message }: Pick<YAMLError, "code" | "message">): string {
  const words = WORDS[code];
  if (typeof words === "string") return words;
  const [usual, ...special] = words;
  return special.find(([has]) => message.includes(has))?.[1] ?? usual;
}
