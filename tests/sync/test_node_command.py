"""The command ``node``: enrolment by scripts with files."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.sync.kit import Machine
from tests.sync.test_incarnation import node_of

PROGRAM = Path(sys.executable).with_name("victim-support")


def node(machine, *arguments, expected=0):
    command = [PROGRAM, "node", *arguments, "--instance", str(machine.opened.folder), "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == expected, done.stdout + done.stderr
    return json.loads(done.stdout) if not expected else done.stderr


@pytest.mark.slow
def test_a_script_enrols_a_laptop_with_files_and_revokes_it(tmp_path):
    headquarters = Machine.new(tmp_path / "honbu", None)
    laptop = Machine.new(tmp_path / "kari", None)
    ident = str(node_of(laptop))
    for machine in (headquarters, laptop):
        machine.stop()
    request, grant = str(tmp_path / "request.txt"), str(tmp_path / "grant.txt")
    authority = node(headquarters, "found-headquarters", "--name", "本部", "--prefix", "H0")
    asked = node(laptop, "request", "--name", "受付1", "--output", request)
    letters = asked["fingerprint"]
    refused = node(
        headquarters, "enrol", request, "--fingerprint", "0000", "--prefix", "K1", expected=1
    )
    assert "照合番号が合いません" in refused
    made = node(
        headquarters,
        *("enrol", request, "--fingerprint", letters, "--prefix", "K1", "--output", grant),
    )
    assert made["fingerprint"] == authority["authority"]
    accepted = node(laptop, "accept", grant, "--fingerprint", made["fingerprint"][-4:])
    assert accepted["prefix"] == "K1"
    shown = node(laptop, "show")
    assert (shown["node"], shown["prefix"], shown["is_enrolled"]) == (ident, "K1", True)
    node(headquarters, "revoke", ident, "--reason", "盗難")
    listed = {each["prefix"]: each["is_revoked"] for each in node(headquarters, "list")}
    assert listed == {"H0": False, "K1": True}
    for machine in (headquarters, laptop):
        machine.start()
        machine.stop()
