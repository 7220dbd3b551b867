import { nodePackages } from "./node";

it("in production Node.js comes from NodeSource's signed repository", () => {
  expect(nodePackages("vendor")).toEqual({
    install: ["nodejs", "git", "openssh-client"],
    repositories: {
      node: {
        uri: "https://deb.nodesource.com/node_24.x",
        suite: "nodistro",
        components: ["main"],
        keyUrl: "https://deb.nodesource.com/gpgkey/nodesource-repo.gpg.key",
        fingerprint: "6F71F525282841EEDAF851B42F59B5F99B1BE0B4",
        unattended: true,
      },
    },
  });
});

it("on throwaway machines from the distribution, whose package is without npm", () => {
  expect(nodePackages("distribution")).toEqual({ install: ["nodejs", "npm", "git", "openssh-client"] });
});
