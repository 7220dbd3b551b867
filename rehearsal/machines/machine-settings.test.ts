import { aptConfOf, mirrorsOf } from "./machine-settings";

test("of apt's configuration, proxies and checks are taken over, its defaults are not", () => {
  const dump = `Acquire "";
Acquire::AllowInsecureRepositories "0";
Acquire::cdrom::mount "/media/cdrom/";
Acquire::IndexTargets::deb::Packages::MetaKey "$(COMPONENT)/binary-$(ARCHITECTURE)/Packages";
Acquire::http "";
Acquire::http::Proxy "http://proxy.example.com:3128";
Acquire::http::Proxy::mirror.example.com "DIRECT";
Acquire::https::Verify-Peer "true";
Acquire::Check-Valid-Until "false";
Acquire::Retries "3";
Acquire::Languages:: "none";
Acquire::GzipIndexes "true";
`;
  expect(aptConfOf(dump)).toBe(`Acquire::http::Proxy "http://proxy.example.com:3128";
Acquire::http::Proxy::mirror.example.com "DIRECT";
Acquire::https::Verify-Peer "true";
Acquire::Check-Valid-Until "false";
Acquire::Retries "3";
`);
});

test("a mirror is taken over for each suite, the first one, when a container reaches it, too", () => {
  const targets = `cdrom:[Debian]/ bookworm
http://mirror.example.com/debian/ bookworm
http://other.example.com/debian/ bookworm
https://mirror.example.com/debian-security bookworm-security
file:/srv/packages ./

`;
  expect(mirrorsOf(targets)).toEqual({
    bookworm: "http://mirror.example.com/debian",
    "bookworm-security": "https://mirror.example.com/debian-security",
  });
});
