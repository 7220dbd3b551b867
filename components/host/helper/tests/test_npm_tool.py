import json
import os
import re

from tests import OnHost

import document
import npm_tool
import runner
import store
from errors import Failure, Refused

WANTED = {"owner": "urn:a", "package": "pm2", "version": "6.0.14"}
INSTALL = "npm install --global --ignore-scripts --engine-strict --no-audit --no-fund --loglevel=error pm2@"


class Tools(OnHost):
    def setUp(self):
        super().setUp()
        self.answers.update({"npm root --global": "/usr/lib/node_modules\n", "npm prefix --global": "/usr\n", "npm install": self.install, "node --version": "v18.20.4\n"})
        self.without = ()

    def install(self, argv):
        package, version = re.fullmatch(r"(.+)@([^@]+)", argv[-1]).groups()
        names = {"pm2": "bin/pm2", "pm2-runtime": "bin/pm2-runtime"}
        self.put("/usr/lib/node_modules/%s/package.json" % package, json.dumps({"version": version, "bin": names if package == "pm2" else "x.js"}))
        for name in ("pm2", "pm2-runtime", "tool"):
            if name not in self.without:
                self.put("/usr/bin/" + name, "", 0o755)
        return ""

    def installs(self):
        return [command[len(INSTALL):] for command in self.commands if command.startswith("npm install")]

    def test_installed_once_without_its_scripts(self):
        self.assertEqual(npm_tool.apply(WANTED), {"package": "pm2", "version": "6.0.14", "changed": True})
        self.assertIn(INSTALL + "6.0.14", self.commands)
        self.assertEqual(npm_tool.apply(WANTED)["changed"], False)
        self.assertEqual(self.installs(), ["6.0.14"])
        self.assertEqual(npm_tool.apply({**WANTED, "version": "7.0.4"})["changed"], True)
        self.assertEqual(self.installs(), ["6.0.14", "7.0.4"])

    def test_one_by_a_name_with_a_scope(self):
        npm_tool.apply({**WANTED, "package": "@acme/tool", "version": "1.0.0-rc.1"})
        self.assertEqual(store.names("npm-tools"), ["acme--tool"])

    def test_it_stays_when_its_owner_goes(self):
        npm_tool.apply(WANTED)
        npm_tool.remove({**WANTED, "owner": "urn:b"})
        self.assertEqual(store.names("npm-tools"), ["pm2"])
        self.assertEqual(npm_tool.remove(WANTED), {"package": "pm2", "removed": False})
        self.assertEqual((store.names("npm-tools"), os.path.exists(self.root + "/usr/bin/pm2")), ([], True))

    def test_a_program_that_is_not_there(self):
        self.without = ("pm2-runtime",)
        with self.assertRaisesRegex(Failure, "^package: pm2 6.0.14 was installed, but /usr/bin/pm2-runtime is no program$"):
            npm_tool.apply(WANTED)
        self.assertEqual(store.names("npm-tools"), [])

    def test_what_npm_says(self):
        for said, told in (
            ("npm ERR! code EBADENGINE\nnpm ERR! Required: >=20", "^version: pm2 6.0.14 does not run with this host's Node.js v18.20.4; choose an older version"),
            ("npm ERR! code ETARGET", "^version: the registry has no pm2 6.0.14\n"),
            ("npm ERR! network", "^package: pm2 6.0.14 could not be installed, exit status 1\n    npm ERR! network$"),
        ):
            self.answers["npm install"] = runner.Result(1, "", said)
            with self.assertRaisesRegex(Failure, told):
                npm_tool.apply(WANTED)

    def test_documents(self):
        for wrong in ({"package": "-g"}, {"package": "a@b"}, {"version": "latest"}, {"version": "^6.0.0"}):
            with self.assertRaises(Refused):
                document.checked({**WANTED, **wrong}, document.fields({"owner": document.string(), **npm_tool.SHAPE}))
