import os
import subprocess
import sys

import numpy as np
import pytest

from activity_detector_utils import settings


def test_named_folders_come_before_the_courses_own(monkeypatch, tmp_path):
    two = os.pathsep.join([str(tmp_path / "a"), "", str(tmp_path / "b")])
    monkeypatch.setenv("COURSE_DATA_DIR", two)
    assert settings.data_folders() == [tmp_path / "a", tmp_path / "b", settings.cache_folder()]


def test_without_named_folders_only_the_courses_own(monkeypatch):
    monkeypatch.delenv("COURSE_DATA_DIR", raising=False)
    assert settings.data_folders() == [settings.cache_folder()]


def test_a_checkout_is_found_by_its_pyproject():
    assert (settings.root_folder() / "activity_detector_utils" / "base" / "settings.py").is_file()
    assert settings.cache_folder() == settings.root_folder() / "data"
    assert settings.pretrained_folder() == settings.root_folder() / "pre-trained"


def test_installed_without_a_checkout_the_current_folder_is_used(monkeypatch, tmp_path):
    monkeypatch.setattr(
        settings, "__file__", str(tmp_path / "lib" / "package" / "base" / "settings.py")
    )
    monkeypatch.chdir(tmp_path)
    assert settings.root_folder() == tmp_path


@pytest.mark.parametrize(
    ("name", "asks"), [("COURSE_FAST", settings.fast_mode), ("COURSE_OFFLINE", settings.offline)]
)
def test_switches_read_one_and_zero_and_refuse_the_rest(monkeypatch, name, asks):
    monkeypatch.delenv(name, raising=False)
    assert asks() is False
    monkeypatch.setenv(name, "0")
    assert asks() is False
    monkeypatch.setenv(name, "1")
    assert asks() is True
    monkeypatch.setenv(name, "false")
    with pytest.raises(ValueError, match=f"{name} is 'false'; set it to 1"):
        asks()


def test_one_seed_repeats_python_and_numpy():
    import random

    settings.seed_everything(3)
    first = random.random(), np.random.random()  # noqa: NPY002 - the global generator is meant
    settings.seed_everything(3)
    assert (random.random(), np.random.random()) == first  # noqa: NPY002
    settings.seed_everything(4)
    assert not {random.random(), np.random.random()} & set(first)  # noqa: NPY002


def test_versions_name_what_is_missing():
    found = settings.versions("numpy", "no-such-package-here")
    assert list(found) == ["python", "numpy", "no-such-package-here"]
    assert found["numpy"] == np.__version__
    assert found["no-such-package-here"] == "not installed"


def test_importing_settings_quiets_tensorflow_without_loading_it():
    code = (
        "import os, sys; import activity_detector_utils.base.settings;"
        "print(os.environ['TF_CPP_MIN_LOG_LEVEL'], 'tensorflow' in sys.modules,"
        " 'keras' in sys.modules)"
    )
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("TF_")}
    ran = subprocess.run(
        [sys.executable, "-c", code], env=inherited, capture_output=True, text=True, check=True
    )
    assert ran.stdout.split() == ["3", "False", "False"]


def test_only_log_lines_below_error_are_hidden_while_tensorflow_loads(tmp_path):
    (tmp_path / "tensorflow.py").write_text(
        "import os\n"
        "os.write(2, b'I0000 00:00:1.5 6 port.cc:1] fast operations are on\\n')\n"
        "os.write(2, b'E0000 00:00:1.5 6 gpu.cc:1] the driver is broken\\n')\n"
        "answer = 42\n"
    )
    code = (
        "import activity_detector_utils.base.settings, tensorflow, os;"
        "print(tensorflow.answer); os.write(2, b'I0000 later\\n')"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert ran.stdout == "42\n"
    assert ran.stderr == "E0000 00:00:1.5 6 gpu.cc:1] the driver is broken\nI0000 later\n"
