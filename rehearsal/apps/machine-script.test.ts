import { flatlogic, written } from "./machine-script";

test("a file arrives as it is", () => {
  expect(written("/etc/npmrc", "registry=$x\n")).toBe(`base64 --decode > /etc/npmrc << end
cmVnaXN0cnk9JHgK
end
chmod 0644 /etc/npmrc
`);
});

test("Flatlogic's platform has its account, its agent and its tunnel there", () => {
  expect(flatlogic({ "bin/cloudflared": Buffer.from("a"), "executor/executor.js": Buffer.from("b") }))
    .toBe(`id flatlogic > /dev/null 2>&1 || useradd --create-home --shell /bin/bash flatlogic
chmod 0711 /home/flatlogic
install -d -o flatlogic -g flatlogic /home/flatlogic/executor
base64 --decode > /usr/local/bin/cloudflared << end
YQ==
end
chmod 0755 /usr/local/bin/cloudflared
base64 --decode > /home/flatlogic/executor/executor.js << end
Yg==
end
chmod 0644 /home/flatlogic/executor/executor.js
chown flatlogic: /home/flatlogic/executor/executor.js
`);
});
