import fcntl
import os

from solamen.session.environment import return_shared_memory


def segment(folder, name):
    (folder / name).write_bytes(b"frames")
    (folder / f"{name}_el").touch()
    return folder / name


def test_memory_of_a_killed_process_is_given_back(tmp_path):
    dead = segment(tmp_path, "fastdds_0123456789abcdef")
    return_shared_memory(tmp_path, young_s=0.0)
    assert not dead.exists()
    assert not list(tmp_path.iterdir())


def test_memory_of_a_living_process_stays(tmp_path):
    living = segment(tmp_path, "fastdds_0123456789abcdef")
    with (tmp_path / f"{living.name}_el").open() as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        return_shared_memory(tmp_path, young_s=0.0)
        assert living.exists()


def test_memory_that_may_be_just_about_to_be_used_stays(tmp_path):
    young, old = segment(tmp_path, "fastdds_0123456789abcdef"), segment(tmp_path, "fastdds_fedcba9876543210")
    lock = tmp_path / f"{old.name}_el"
    os.utime(lock, (0.0, 0.0))
    return_shared_memory(tmp_path)
    assert young.exists()
    assert not old.exists()


def test_ports_stay_as_another_run_may_be_opening_them(tmp_path):
    names = {"fastdds_port7000", "fastdds_port7000_el", "fastdds_port17750_sl", "other"}
    for name in names:
        (tmp_path / name).touch()
    return_shared_memory(tmp_path, young_s=0.0)
    assert {path.name for path in tmp_path.iterdir()} == names
