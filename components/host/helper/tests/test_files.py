import os
import unittest

from tests import OnHost

import confirm
import files
import host
import journal
import locks
import reports
import runner
import store
from errors import Failure


def wanted(text, **more):
    return {"owner": "urn:a", "files": {"/etc/ssh/x.conf": {"mode": "0600", "text": text}}, **more}


class Files(OnHost):
    def test_lines_become_text_and_every_key_counts(self):
        document = wanted(["a", "", "b"], directories={"/etc/d": {"mode": "0750"}}, links={"/etc/l": "d"})
        outcome = files.apply(document)
        outcome.finish()
        self.assertEqual(outcome.result, {"changed": ["/etc/d", "/etc/l", "/etc/ssh/x.conf"]})
        self.assertEqual(self.text("/etc/ssh/x.conf"), "a\n\nb\n")
        removed = files.remove(document)
        removed.finish()
        self.assertEqual(self.tree(), {})

    def test_an_outcome_that_nobody_read_is_undone(self):
        files.apply(wanted(["1"])).finish()
        before = self.tree()
        files.apply(wanted(["2"])).undo()
        self.assertEqual(self.tree(), before)

    def test_units_that_go_are_stopped_before_their_files_are_gone(self):
        document = {"owner": "u", "files": {"/etc/systemd/system/x.timer": {"mode": "0644", "text": ["[Timer]"]}}, "after": ["daemon-reload", "enable x.timer"]}
        self.answers["systemctl is-enabled"] = runner.Result(1)
        files.apply(document).finish()
        self.commands.clear()
        files.remove(document).finish()
        self.assertEqual([one for one in self.commands if one.startswith("systemctl")], ["systemctl disable --now --quiet x.timer", "systemctl daemon-reload"])

    def test_a_kernel_without_ipv6_gets_no_line_that_nginx_cannot_follow(self):
        text = ["server {", "  listen 443 ssl;", "  listen [::]:443 ssl;", "}"]
        document = {"owner": "u", "files": {path: {"mode": "0644", "text": text} for path in ("/etc/nginx/x.conf", "/etc/other.conf")}}
        for has, expected in ((True, text), (False, [text[0], text[1], text[3]])):
            self._patch(host, "has_ipv6", lambda has=has: has)
            files.apply(document).finish()
            self.assertEqual(self.text("/etc/nginx/x.conf").splitlines(), expected)
            self.assertEqual(self.text("/etc/other.conf").splitlines(), text)

    def test_undone_a_unit_is_as_it_was_before_its_file_goes(self):
        document = {"owner": "u", "files": {"/etc/systemd/system/x.timer": {"mode": "0644", "text": ["[Timer]"]}}, "after": ["daemon-reload", "enable x.timer"]}
        seen = {}
        for enabled, active, undone in ((1, 3, ["disable", "stop"]), (1, 0, ["disable"]), (0, 3, ["stop"]), (0, 0, [])):
            self.answers.update({"systemctl is-enabled": runner.Result(enabled), "systemctl is-active": runner.Result(active)})
            for verb in ("disable", "stop"):
                self.answers["systemctl %s x.timer" % verb] = lambda argv: seen.update({argv[1]: "/etc/systemd/system/x.timer" in self.tree()}) or ""
            outcome = files.apply(document)
            self.answers.update({"systemctl is-enabled": runner.Result(0), "systemctl is-active": runner.Result(0)})
            seen.clear()
            outcome.undo()
            self.assertEqual(seen, dict.fromkeys(undone, True))
            self.assertEqual(self.commands[-1], "systemctl daemon-reload")

    def test_cut_short_while_it_enables_the_next_helper_disables(self):
        document = {"owner": "u", "files": {"/etc/systemd/system/x.timer": {"mode": "0644", "text": ["[Timer]"]}}, "after": ["enable x.timer"]}
        self.answers.update({"systemctl is-enabled": runner.Result(1), "systemctl is-active": runner.Result(3), "systemctl enable": lambda argv: os._exit(9)})
        for services, expected in ((True, ["systemctl disable x.timer", "systemctl stop x.timer"]), (False, ["systemctl --no-reload disable x.timer"])):
            child = os.fork()
            if child == 0:
                files.apply(document)
            os.waitpid(child, 0)
            with locks.hold(locks.HOST):
                self.commands.clear()
                journal.recover(services)
            self.assertEqual(self.commands, expected)
            self.assertEqual(self.tree(), {})

    def test_a_service_that_needs_the_files_does_not_keep_them(self):
        document = wanted(["1"], after=["restart x"])
        files.apply(document).finish()
        self.answers["systemctl restart x"] = runner.Result(1, "", "no settings")
        files.remove(document).finish()
        self.assertEqual(self.tree(), {})
        self.assertIn("restart x: did not succeed without these files: systemctl: exit status 1\nno settings", self.said)


class Confirming(OnHost):
    document = {"after": ["reload ssh"], "confirm": {"name": "sshd", "within": 60}}

    def setUp(self):
        super().setUp()
        self._patch(confirm, "_uptime", lambda: 1000.0)
        self._patch(confirm, "_boot", lambda: "boot")
        self._patch(confirm, "_login_began", lambda pid: 1001.0)

    def apply(self, text):
        outcome = files.apply(wanted(text, **self.document))
        if outcome.finish:
            outcome.finish()
        return outcome

    def confirm(self):
        return confirm.apply({"owner": "urn:c", "name": "sshd", "of": "hash"})

    def test_the_timer_runs_before_the_result_is_delivered(self):
        self.apply(["1"])
        self.assertEqual(self.commands[-1], "systemd-run --quiet --collect --unit flowfleet-confirm-sshd --on-active=60s "
                         "--timer-property=AccuracySec=1s /usr/local/lib/flowfleet/helper confirm expire sshd")

    def test_a_second_login_keeps_the_settings(self):
        self.apply(["1"])
        self.assertEqual(self.confirm(), {"confirmed": "sshd"})
        confirm.expire("sshd")
        self.assertEqual(self.text("/etc/ssh/x.conf"), "1\n")
        self.assertEqual(sorted(self.tree()), ["/etc/ssh", "/etc/ssh/x.conf"])

    def test_a_login_from_before_proves_nothing(self):
        self.apply(["1"])
        self._patch(confirm, "_login_began", lambda pid: 999.0)
        with self.assertRaisesRegex(Failure, "this login is older than the new settings"):
            self.confirm()
        self._patch(confirm, "_login_began", lambda pid: None)
        with self.assertRaisesRegex(Failure, "did not come by SSH"):
            self.confirm()

    def test_without_it_they_are_taken_back_told_and_reported(self):
        self.apply(["1"])
        self.confirm()
        before = self.tree()
        self.apply(["2"])
        self.commands.clear()
        confirm.expire("sshd")
        self.assertEqual(self.tree(), before)
        self.assertIn("systemctl reload ssh", self.commands)
        self.assertEqual(reports.texts(), ["sshd: new settings were taken back because no second login confirmed them in time\n  /etc/ssh/x.conf"])
        with self.assertRaisesRegex(Failure, "were taken back because no second login confirmed them in time; the host has the former ones"):
            self.confirm()

    def test_going_back_to_what_the_host_has_ends_it(self):
        self.apply(["1"])
        self.confirm()
        self.apply(["2"])
        confirm.expire("sshd")
        self.apply(["1"])
        self.assertEqual(self.confirm(), {"confirmed": "sshd"})

    def test_a_newer_change_begins_where_the_last_confirmed_one_stood(self):
        self.apply(["1"])
        self.confirm()
        before = self.tree()
        self.apply(["2"])
        self.apply(["3"])
        confirm.expire("sshd")
        self.assertEqual(self.tree(), before)

    def test_a_reboot_takes_unconfirmed_settings_back(self):
        self.apply(["1"])
        self._patch(confirm, "_boot", lambda: "another")
        confirm.expire_all()
        self.assertEqual(self.tree(), {})
        self.assertEqual(store.read("confirmations", "sshd")["state"], "taken back")

    def test_a_caller_that_has_gone_takes_them_back_at_once(self):
        files.apply(wanted(["1"], **self.document)).undo()
        self.assertEqual(self.tree(), {})

    def test_a_timer_that_cannot_be_set_takes_them_back(self):
        self.answers["systemd-run"] = runner.Result(1, "", "no")
        with self.assertRaisesRegex(Failure, "systemd-run"):
            files.apply(wanted(["1"], **self.document))
        self.assertEqual(self.tree(), {})


if __name__ == "__main__":
    unittest.main()
