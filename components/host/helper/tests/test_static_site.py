import os

from tests.building import Building

import real_folder
import release_document
import sources
import static_site
import store
import takeover
from document import checked, fields, string
from errors import CallerGone, Failure, Refused

LINK, TO = "/opt/shop/site/dist", "/var/lib/flowfleet/assets/shop-site"
BUILD = "mkdir -p dist/_astro && cp index.html dist/ && cp $(cat hash) dist/_astro/"


class Sites(Building):
    def setUp(self):
        super().setUp()
        self.repository(**self.files("one"))
        self.minute = 0

    @staticmethod
    def files(name):
        return {"index.html": name, "hash": name + ".js", name + ".js": name}

    def release(self, name=None, **more):
        """One whose page and asset have that name."""
        if name:
            self.commit(self.files(name))
        self.minute += 1
        return {"repository": self.address, "ref": "main", "commit": self.head(), "builtAt": "2026-11-20T10:%02d:00Z" % self.minute, **more}

    def document(self, release=None, **more):
        return {"owner": "urn:a", "service": "shop-site", "release": release or self.release(), "from": "dist", "link": LINK, "immutable": "_astro",
                "source": {"directory": "/opt/shop/site", "commands": [["sh", "-c", BUILD]], "user": "builder", "login": None, "submodules": False,
                           "environment": {}, "limits": {"memory": 512, "cpus": 1, "pids": 256}, "timeout": 60},
                "assets": {"to": TO, "keep": 2}, "health": {"file": "index.html"}, "keep": 2, **more}

    def apply(self, wanted):
        outcome = static_site.apply(wanted)
        outcome.finish()
        return outcome.result

    def fails(self, wanted):
        before = self.host()
        with self.assertRaises(Failure) as caught:
            static_site.apply(wanted)
        self.assertEqual(self.host(), before)
        return str(caught.exception)

    def shown(self):
        place = os.readlink(self.root + LINK)
        return self.text(place + "/index.html")

    def kept(self):
        return sorted(path[len(TO) + 1:] for path, (held, *_) in self.tree(TO).items() if held != "folder")

    def host(self):
        return {path: what for top in ("/opt", "/var/lib") if os.path.isdir(self.root + top) for path, what in self.tree(top).items()
                if what[0] != "folder" and "/cache" not in path}


class Shown(Sites):
    def test_the_first_release(self):
        wanted = self.document()
        folder = sources.folder(wanted["release"], wanted["source"])
        self.assertEqual(self.apply(wanted), {"service": "shop-site", "folder": folder, "release": wanted["release"], "changed": True})
        self.assertEqual((os.readlink(self.root + LINK), self.shown(), self.kept()), (folder + "/dist", "one", ["_astro/one.js"]))

    def test_the_same_again_changes_nothing(self):
        self.apply(self.document())
        self.commands.clear()
        self.assertEqual(self.apply(self.document())["changed"], False)
        self.assertEqual(self.commands, [])

    def test_old_assets_stay_and_old_releases_go(self):
        for name in ("two", "three", "four"):
            self.apply(self.document(self.release(name)))
        self.assertEqual((self.shown(), self.kept()), ("four", ["_astro/four.js", "_astro/three.js"]))
        self.assertEqual(len([name for name in os.listdir(self.root + "/opt/shop/site/releases") if not name.startswith(".")]), 2)

    def test_the_way_back(self):
        first = self.release()
        self.apply(self.document(first))
        self.apply(self.document(self.release("two")))
        self.assertIn("release.builtAt: 2026-11-20T10:01:00Z is older than what is shown", self.fails(self.document(first)))
        result = self.apply(self.document({**first, "rollback": True}))
        self.assertEqual((self.shown(), result["release"]), ("one", first))

    def test_nobody_reads_the_result(self):
        self.apply(self.document())
        before = self.host()
        static_site.apply(self.document(self.release("two"))).undo()
        self.assertEqual(self.host(), before)

    def test_the_caller_goes_away_during_the_build(self):
        self._patch(static_site, "caller_gone", lambda: True)
        with self.assertRaises(CallerGone):
            static_site.apply(self.document())
        self.assertEqual(self.host(), {})

    def test_a_release_without_files_to_keep_leaves_those_of_before(self):
        def bare(name):
            wanted = self.document(self.release(name))
            wanted["source"]["commands"] = [["sh", "-c", "mkdir dist && cp index.html dist"]]
            return wanted

        self.apply(bare("one"))
        self.assertEqual((self.shown(), self.kept()), ("one", []))
        self.assertRegex("\n".join(self.said), "immutable: .* has no folder dist/_astro after its build: no file of it is kept for pages that are open")
        self.apply(self.document(self.release("two")))
        self.apply(bare("three"))
        self.assertEqual((self.shown(), self.kept()), ("three", ["_astro/two.js"]))
        static_site.apply(bare("four")).undo()
        self.assertEqual((self.shown(), self.kept()), ("three", ["_astro/two.js"]))

    def test_without_old_assets(self):
        self.apply(self.document())
        self.apply(self.document(self.release("two"), assets=None))
        self.assertFalse(os.path.exists(self.root + TO))

    def test_removal_is_the_owners(self):
        self.apply(self.document())
        taken = self.document(owner="urn:b")
        self.apply(taken)
        self.assertEqual(static_site.remove(self.document()), {"service": "shop-site", "removed": False})
        self.assertEqual(self.shown(), "one")
        self.assertEqual(static_site.remove(taken), {"service": "shop-site", "removed": True})
        self.assertEqual((store.names("statics"), os.path.lexists(self.root + LINK), os.path.exists(self.root + TO)), ([], False, False))
        self.assertFalse(os.path.exists(self.root + "/opt/shop/site/releases"))

    def test_two_sites_of_one_directory_leave_each_others_releases(self):
        other = self.document(service="shop-other", link="/opt/shop/other", assets=None)
        self.apply(other)
        for name in ("two", "three", "four"):
            self.apply(self.document(self.release(name)))
        self.assertTrue(sources.is_here(other["release"], other["source"]))
        static_site.remove(self.document())
        self.assertTrue(sources.is_here(other["release"], other["source"]))


class TakenOver(Sites):
    """What was built by hand in the place of the link."""

    def setUp(self):
        super().setUp()
        takeover.allow(["pm2"])
        self.put(LINK + "/index.html", "by hand")
        self.put(LINK + "/_astro/old.js", "by hand")
        self.put("/opt/shop/site/package.json", "by hand")
        os.chmod(self.root + "/opt/shop/site", 0o775)

    def test_it_is_exchanged_and_its_files_stay_reachable_and_kept(self):
        seen = []
        swapping = real_folder._swap
        self._patch(real_folder, "_swap", lambda *names: (swapping(*names), seen.append(self.shown())))
        self.assertEqual(self.apply(self.document())["changed"], True)
        self.assertEqual((seen, self.shown(), self.kept()), (["one"], "one", ["_astro/old.js", "_astro/one.js"]))
        self.assertEqual(self.text(takeover.FOLDER + LINK + "/_astro/old.js"), "by hand")
        self.assertEqual(self.text(takeover.FOLDER + "/opt/shop/site/package.json"), "by hand")
        self.assertEqual(sorted(os.listdir(self.root + "/opt/shop/site")), ["dist", "releases"])
        self.assertEqual(self.apply(self.document())["changed"], False)
        self.apply(self.document(self.release("two")))
        self.assertEqual(self.kept(), ["_astro/one.js", "_astro/two.js"])
        static_site.remove(self.document())
        self.assertFalse(os.path.lexists(self.root + LINK))

    def test_nobody_reads_the_result(self):
        before = self.site()
        static_site.apply(self.document()).undo()
        self.assertEqual((self.site(), os.path.exists(self.root + TO)), (before, False))
        self.apply(self.document())
        self.assertEqual(self.kept(), ["_astro/old.js", "_astro/one.js"])

    def test_files_that_a_link_leads_to_are_not_published(self):
        self.put("/root/.ssh/id", "hush", 0o600)
        os.rename(self.root + LINK + "/_astro", self.root + LINK + "/old")
        os.symlink("/root/.ssh", self.root + LINK + "/_astro")
        before = self.site()
        with self.assertRaisesRegex(Failure, "^link: %s/_astro is or is below a link" % LINK):
            static_site.apply(self.document())
        self.assertEqual((self.site(), os.path.exists(self.root + TO)), (before, False))
        os.unlink(self.root + LINK + "/_astro")
        os.symlink(self.root + "/root/.ssh", self.root + LINK + "/_astro")
        with self.assertRaisesRegex(Failure, "^link: %s/_astro is or is below a link" % LINK):
            static_site.apply(self.document())

    def test_files_are_published_from_what_root_alone_can_change(self):
        copying, seen = static_site.shutil.copytree, []
        self._patch(static_site.shutil, "copytree", lambda source, *more, **how: (seen.append(source), copying(source, *more, **how)))
        self.apply(self.document())
        self.assertEqual(seen[0], self.root + takeover.FOLDER + LINK + "/_astro")

    def test_what_is_written_while_it_is_exchanged_is_kept(self):
        outcome = static_site.apply(self.document())
        hidden = os.path.dirname(LINK) + "/.dist.flowfleet-before"
        self.put(hidden + "/late.html", "late")
        outcome.finish()
        self.assertEqual((self.text(takeover.FOLDER + hidden + "/late.html"), os.path.lexists(self.root + hidden)), ("late", False))
        self.assertEqual(sorted(os.listdir(self.root + "/opt/shop/site")), ["dist", "releases"])

    def test_cut_short_at_each_step(self):
        writing, renaming = store.write_file, os.rename
        for step in range(1, 40):
            self.doCleanups()
            self.setUp()
            wanted, left = self.document(), [step]

            def die(call, *arguments, **more):
                left[0] -= 1
                if not left[0]:
                    os._exit(9)
                return call(*arguments, **more)
            child = os.fork()
            if child == 0:
                store.write_file = lambda *arguments: die(writing, *arguments)
                os.rename = lambda *arguments, **more: die(renaming, *arguments, **more)
                self.apply(wanted)
                os._exit(0)
            died = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
            shown = self.shown() if os.path.islink(self.root + LINK) else self.text(LINK + "/index.html")
            self.assertIn(shown, ("one", "by hand"))
            self.apply(wanted)
            self.assertEqual((self.shown(), self.kept(), sorted(os.listdir(self.root + "/opt/shop/site"))), ("one", ["_astro/old.js", "_astro/one.js"], ["dist", "releases"]))
            self.assertEqual(self.text(takeover.FOLDER + LINK + "/index.html"), "by hand")
            if died == 0:
                break
        self.assertTrue(5 < step < 39)

    def site(self):
        return {path: what for path, what in self.tree("/opt/shop/site").items() if "/releases" not in path}


class Refusing(Sites):
    def built_by(self, commands, **more):
        wanted = self.document(**more)
        wanted["source"]["commands"] = [["sh", "-c", commands]]
        return self.fails(wanted)

    def test_a_build_that_leaves_no_site(self):
        self.apply(self.document())
        self.assertRegex(self.built_by("true"), r"^from: file:\S+ at [0-9a-f]{12} has no folder dist after its build$")
        self.assertRegex(self.built_by("mkdir dist"), "^health.file: .* has no file dist/index.html after its build$")
        self.assertRegex(self.built_by("exit 2"), "^source.commands: sh -c exit 2 ended with exit status 2 in ")
        self.assertEqual(self.shown(), "one")

    def test_a_site_that_shows_other_files(self):
        self.assertRegex(self.built_by(BUILD + "; ln -s /etc/hostname dist/x"), "^from: /opt/.*/dist/x links to /etc/hostname, which is not in the release")
        wanted = self.document()
        wanted["source"]["commands"] = [["sh", "-c", BUILD + "; ln -s ../hash dist/x"]]
        self.apply(wanted)

    def test_what_is_in_the_way(self):
        self.put(LINK + "/index.html", "by hand")
        self.assertEqual(self.fails(self.document()), "link: %s exists and was not made by Flowfleet; %s (mv %s %s.before)"
                         % (LINK, takeover.way_out("pm2", "docker"), LINK, LINK))

    def test_what_is_anothers(self):
        self.apply(self.document())
        self.assertEqual(self.fails(self.document(service="shop-other")), "link: %s belongs to something else on this host (static shop-site)" % LINK)
        self.assertEqual(self.fails(self.document(service="shop-other", link="/opt/x")), "assets.to: %s belongs to the site shop-site" % TO)

    def test_documents(self):
        shape = fields({"owner": string(), **static_site.SHAPE})
        fine = self.document(self.release(repository="https://git.example.com/shop"))
        checked(fine, shape)
        checked({**fine, "release": {"archive": "https://a.example.com/x.tar.gz", "sha256": "0" * 64, "builtAt": "2026-11-20T10:00:00Z", "rollback": True}}, shape)
        for wrong in ({"from": "../x"}, {"immutable": "/x"}, {"release": {"archive": "x"}}, {"keep": 0}):
            with self.assertRaises(Refused):
                checked({**fine, **wrong}, shape)
        self.assertEqual(release_document.plain(fine)["service"], "shop-site")
