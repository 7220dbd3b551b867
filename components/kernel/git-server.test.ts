import { gitServerOf } from "./git-server";

it.each([
  ["ssh://git@git.example.com/shop/api.git", "git.example.com"],
  ["ssh://git@git.example.com:2222/shop/api.git", "git.example.com"],
  ["git@git.example.com:shop/api.git", "git.example.com"],
  ["https://git.example.com/shop/api.git", undefined],
])("the server of %s is %s", (repository, server) => {
  expect(gitServerOf(repository)).toBe(server);
});
