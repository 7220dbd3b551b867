from tests.releasing import Releasing, document

import release
from errors import Failure

TO = "/var/lib/flowfleet/assets/shop"
ASSETS = {"from": "/app/assets", "to": TO, "keep": 2}


class Assets(Releasing):
    def image_with(self, digit, files, behaves="ok"):
        return self.docker.image(digit, behaves, files={"/app/assets/" + name: text for name, text in files.items()})

    def served(self):
        return {path[len(TO) + 1:]: held.decode() for path, (held, *_) in self.tree("/var/lib/flowfleet/assets").items() if held != "folder" and path.startswith(TO)}

    def deploy(self, image, **more):
        self.apply(document(image, assets=ASSETS, **more))

    def test_the_newest_ones_stay_served(self):
        first, second = self.image_with("4", {"a-1.js": "1", "fonts/f.woff": "f", "plain.js": "old"}), self.image_with("5", {"a-2.js": "2", "plain.js": "new"})
        third = self.image_with("6", {"a-3.js": "3", "plain.js": "newer"})
        self.deploy(first)
        self.deploy(second)
        self.assertEqual(self.served(), {"a-1.js": "1", "fonts/f.woff": "f", "a-2.js": "2", "plain.js": "new"})
        self.deploy(third)
        self.assertEqual(self.served(), {"a-2.js": "2", "a-3.js": "3", "plain.js": "newer"})
        self.assertEqual({mode for _, mode, *_ in self.tree("/var/lib/flowfleet/assets").values()}, {"0o100644", "0o40755"})

    def test_as_it_was_when_the_release_fails(self):
        self.deploy(self.image_with("4", {"a-1.js": "1", "plain.js": "old"}))
        before = self.host()
        self.docker.state["refuses"] = "nginx: [emerg] no"
        with self.assertRaises(Failure):
            self.deploy(self.image_with("5", {"a-2.js": "2", "deep/x.js": "x", "plain.js": "new"}))
        self.assertEqual(self.host(), before)

    def test_no_such_folder_in_the_container(self):
        with self.assertRaisesRegex(Failure, "assets.from: /app/assets cannot be copied from the container"):
            self.deploy(self.good)

    def test_gone_with_the_service_or_when_not_wanted_any_more(self):
        self.deploy(self.image_with("4", {"a-1.js": "1"}))
        self.apply(document(self.next))
        self.assertEqual(self.served(), {})
        self.deploy(self.image_with("5", {"a-2.js": "2"}))
        release.remove(document(self.good))
        self.assertEqual(self.served(), {})
