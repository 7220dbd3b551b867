/** A directive of nginx with its words, and what is in its braces. */
export interface Directive {
  words: readonly string[];
  within: readonly Directive[];
}

/** Comments, texts in quotes, braces and semicolons, and words, in which a variable may have braces of its own. */
const TOKEN = /#.*|"(?:\\[^]|[^"\\])*"|'(?:\\[^]|[^'\\])*'|[{};]|(?:\\[^]|\$\{\w+\}|[^\s{};\\])+/g;

/** What is written in a file of nginx, or in a part of one. */
export function directivesOf(text: string): Directive[] {
  const top: Directive[] = [];
  const open = [top];
  let words: string[] = [];
  for (const [token] of text.matchAll(TOKEN)) {
    if (token.startsWith("#")) continue;
    if (token === "}") {
      if (open.length > 1) open.pop();
    } else if (token === ";" || token === "{") {
      const within: Directive[] = [];
      open.at(-1)?.push({ words, within });
      if (token === "{") open.push(within);
      words = [];
    } else words.push(token.replace(/^(["'])([^]*)\1$/, "$2"));
  }
  return top;
}

/** All directives of a name, however deep. */
export const everyDirective = (directives: readonly Directive[], name: string): Directive[] =>
  directives.flatMap((one) => [...(one.words[0] === name ? [one] : []), ...everyDirective(one.within, name)]);
