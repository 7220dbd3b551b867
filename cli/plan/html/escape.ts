/** Text between tags, or in a quoted attribute. */
export const escape = (text: string): string => text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);

/**
 * JSON within a `<script>` element, which ends at `</script` and changes its mind at `<!--` wherever they stand: no `<` is left in it.
 * U+2028 and U+2029 end a line of JavaScript.
 */
export const json = (data: unknown): string =>
  JSON.stringify(data).replace(/[<>&\u2028\u2029]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);
