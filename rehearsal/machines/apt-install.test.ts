import { whyNot } from "./apt-install";

const debian = 'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nNAME="Debian GNU/Linux"\nID=debian\n';
const ubuntu = 'PRETTY_NAME="Ubuntu 24.04.3 LTS"\nID=ubuntu\nID_LIKE=debian\n';
const mint = 'PRETTY_NAME="Linux Mint 22"\nID=linuxmint\nID_LIKE="ubuntu debian"\n';
const fedora = 'PRETTY_NAME="Fedora Linux 42"\nID=fedora\n';

test("root may install on Debian, Ubuntu and what is made of them", () => {
  expect([debian, ubuntu, mint].map((release) => whyNot(release, 0))).toEqual([undefined, undefined, undefined]);
});

test("others are told why not", () => {
  expect([whyNot(debian, 1000), whyNot(fedora, 0), whyNot("", undefined)]).toEqual([
    "only root may install packages",
    "this is Fedora Linux 42, not Debian or Ubuntu",
    "this is another system, not Debian or Ubuntu",
  ]);
});
