from tests import OnHost

import actions
import host
import runner
from errors import Failure

DENIED = runner.Result(255, "", "Error sending status request (Operation not permitted)")


class Audit(OnHost):
    def test_the_rules_are_loaded_by_a_service_that_stays(self):
        actions.perform("audit")
        self.assertEqual(self.commands, ["auditctl -s", "systemctl enable --now --quiet auditd", "augenrules --load"])

    def test_rules_that_the_kernel_refuses_are_an_error(self):
        self.answers["augenrules"] = runner.Result(1, "", "There was an error in line 4 of /etc/audit/audit.rules")
        with self.assertRaisesRegex(Failure, "augenrules: exit status 1\nThere was an error in line 4"):
            actions.perform("audit")

    def test_a_container_gets_the_files_and_one_line_that_says_so(self):
        self.answers["auditctl"] = DENIED
        actions.perform("audit")
        self.assertEqual(self.commands[-2:], ["systemctl disable --now --quiet auditd", "systemctl reset-failed auditd"])
        self.assertEqual(host.substitutions(), ["audit: rules written, not loaded (the kernel gives a container none)"])

    def test_a_machine_whose_kernel_has_none_is_refused(self):
        self.answers.update({"auditctl": DENIED, "systemd-detect-virt": runner.Result(1)})
        with self.assertRaisesRegex(Failure, "audit: the kernel of this machine keeps no records"):
            actions.perform("audit")
        self.assertEqual(host.substitutions(), [])
