import { directivesOf, everyDirective } from "./nginx-directives";

it("has directives with their words, and blocks with what is in them", () => {
  const text = `# server { listen 80; }
user www-data;
server { listen 443 ssl; location ~ "^/a{2}" { return 301 https://\${host}$request_uri; } }
map $a $b { default ""; ~^x#y 'it''s'; }
`;
  expect(directivesOf(text)).toEqual([
    { words: ["user", "www-data"], within: [] },
    {
      words: ["server"],
      within: [
        { words: ["listen", "443", "ssl"], within: [] },
        {
          words: ["location", "~", "^/a{2}"],
          within: [{ words: ["return", "301", "https://${host}$request_uri"], within: [] }],
        },
      ],
    },
    {
      words: ["map", "$a", "$b"],
      within: [
        { words: ["default", ""], within: [] },
        { words: ["~^x#y", "it", "s"], within: [] },
      ],
    },
  ]);
});

it("finds a directive at any depth", () => {
  expect(
    everyDirective(directivesOf("http { server { listen 80; } server { listen 81; } }"), "listen").map(({ words }) => words[1]),
  ).toEqual(["80", "81"]);
});

it("a brace too many closes nothing", () => {
  expect(directivesOf("} a; }")).toEqual([{ words: ["a"], within: [] }]);
});
