"""The people node in this process: who says what of consent, who is asked, who stands for whom, and when it is gone."""

import subprocess
import sys
import time

import pytest
from people_bench import Bench
from rclpy.action import ActionClient, ActionServer
from solamen_msgs import msg
from solamen_msgs.action import Calibrate
from std_msgs.msg import String

from solamen.core.states import Consent, ModalityWeight, UserState
from solamen.nodes import consent as consent_watch
from solamen.nodes import people_aliases, people_calibration
from solamen.nodes.clock import to_seconds, to_stamp
from solamen.nodes.convert import state_message
from solamen.nodes.people import PeopleNode
from solamen.nodes.qos import RECORD, STATE
from solamen.nodes.runtime import keep
from solamen.nodes.voice import VoiceNode
from solamen.people import runs
from solamen.people.consent import Statement
from solamen.people.memory import Memory
from solamen.people.moments import SHOWN
from solamen.people.runs import NOBODY, RunMark
from solamen.people.settings import PeopleSettings
from solamen.people.times import until
from solamen.session.recording import MessageRecorder, part_paths, recorded_messages

PROXY = {"by_proxy": True, "who": "nurse", "relation": "of the ward"}


@pytest.fixture
def people(ros, tmp_path, monkeypatch):
    monkeypatch.setenv("SOLAMEN_PEOPLE", str(tmp_path / "people"))
    monkeypatch.setenv("SOLAMEN_PEOPLE_KEY_FILE", str(tmp_path / "people.key"))
    monkeypatch.setattr(people_aliases, "LOOK_PERIOD_S", 0.1)
    made = []

    def start(**options):
        made.append(Bench(ros, **options))
        return made[-1]

    yield start
    for bench in made:
        for node in bench.executor.get_nodes():
            bench.executor.remove_node(node)
            if node is not bench.probe:
                node.close()
            node.destroy_node()
        bench.executor.shutdown()


def recorded(run):
    return [message.cdr[0] for part in part_paths(run) for message in recorded_messages(part)]


def test_a_person_is_forgotten_while_another_is_recorded_in_the_same_run_and_nothing_of_the_other_is_lost(
    people, tmp_path, monkeypatch
):
    monkeypatch.setattr(runs, "SETTLING_S", 0.0)
    run = tmp_path / "run"
    run.mkdir()
    bench = people(run_consent="record", person_id="p-1", out=str(run))
    assert bench.holds(Consent.RECORD, person_id="p-1") and bench.confirm("p-2") == ""
    assert bench.say(consent=2, person_id="p-2") == "" and bench.holds(Consent.RECORD, person_id="p-2")
    begin_s = max(begin_s for begin_s, _ in RunMark.of(run).turns)
    with MessageRecorder(run) as recorder:
        for value, stamp_s in ((1, begin_s - 1.0), (2, begin_s + 0.001)):
            recorder.write("/n", "std_msgs/msg/String", "string data", bytes([value]), 0, round(stamp_s * 1e9))
    assert bench.forget("p-1") == "" and bench.forget("p-1").startswith("nothing is kept")
    assert bench.holds(Consent.RECORD, person_id="p-2") and bench.until(lambda: recorded(run) == [2])
    mark = RunMark.of(run)
    # Recording waited meanwhile, and went on.
    assert [who for _, who in mark.turns[-3:]] == [*mark.persons, NOBODY, *mark.persons]


def test_who_is_forgotten_must_be_named_and_nobody_else_loses_anything_by_it(people):
    bench = people(run_consent="observe")
    assert "give the id" in bench.forget("") and bench.holds(Consent.OBSERVE, withdrawn=False)


def test_a_run_begins_with_what_it_was_started_with(people):
    bench = people(run_consent="observe")
    assert bench.holds(Consent.OBSERVE, withdrawn=False, person_id="", asked=0)


@pytest.mark.parametrize(("level", "noted"), [("learn", ["consent: learn, as the run was started"]), ("observe", [])])
def test_the_consent_that_a_run_was_started_with_stands_in_the_log(people, level, noted):
    bench = people(run_consent=level, person_id="p-20")
    with Memory.of(bench.node.settings) as memory:
        assert [entry.event for entry in memory.history("p-20") if entry.event.startswith("consent")] == noted


def test_whoever_says_what_is_agreed_to_is_told_until_when(people):
    bench = people(run_consent="none", person_id="p-1", out="runs/1")
    assert bench.say(consent=2) == "" and bench.answered == "it holds until the run ends"
    now_s = bench.node.solamen_clock.now_s()
    assert bench.say(consent=2, expires=to_stamp(now_s + 900.0)) == ""
    assert bench.answered == f"it holds {until(now_s + 900.0, now_s)}"
    assert bench.say(consent=0) == "" and bench.answered == ""


def test_whoever_raises_consent_in_a_run_that_records_nothing_is_told_so(people):
    bench = people(run_consent="observe", person_id="p-1")
    assert bench.say(consent=2) == "" and "this run writes no recording" in bench.answered
    assert bench.say(consent=3, ask=True) == "" and "this run writes no recording" in bench.answered
    assert bench.say(consent=1) == "" and "recording" not in bench.answered


def test_who_cannot_be_confirmed_or_speaks_of_somebody_else_is_told_what_to_do(people):
    bench = people(run_consent="observe")
    assert "solamen people list" in bench.confirm("../p")
    assert bench.say(consent=1, ask=True, person_id="p-9").endswith(". Confirm who it is: solamen people confirm p-9")


def test_the_persons_own_refusal_wins_over_the_proxy_before_and_after_it(people):
    bench = people(run_consent="none")
    assert bench.say(consent=2, **PROXY) == "" and bench.holds(Consent.RECORD, by_proxy=True, who="nurse")
    assert bench.say(consent=0) == "" and bench.holds(Consent.NONE, withdrawn=True, by_proxy=False)
    assert "no proxy can raise it" in bench.say(consent=2, **PROXY)
    assert bench.holds(Consent.NONE, withdrawn=True)


@pytest.mark.parametrize(
    "fields",
    [
        {"consent": 7},
        {"consent": 2, "by_proxy": True},
        {"consent": 2, "relation": "mother"},
        {"consent": 2, "relation": "mother", "ask": True},
        {"consent": 2, "person_id": "p-9"},
    ],
)
def test_what_makes_no_sense_is_refused_in_words_and_changes_nothing(people, fields):
    bench = people(run_consent="observe")
    assert len(bench.say(**fields)) > 10 and bench.holds(Consent.OBSERVE)


def test_what_is_said_of_somebody_who_is_not_in_care_is_kept_for_when_they_are(people):
    bench = people(run_consent="record", person_id="p-1")
    in_an_hour = to_stamp(bench.node.solamen_clock.now_s() + 3600.0)
    assert bench.say(consent=0, person_id="p-9") == "" == bench.say(consent=1, person_id="p-8", expires=in_an_hour)
    assert "--hours" in bench.say(consent=1, person_id="p-7")
    assert bench.holds(Consent.RECORD, person_id="p-1", withdrawn=False)
    assert bench.confirm("p-9") == "" and bench.holds(Consent.NONE, person_id="p-9", withdrawn=True)
    assert bench.confirm("p-8") == "" and bench.holds(Consent.OBSERVE, person_id="p-8")
    assert bench.confirm("p-7") == "" and bench.holds(Consent.NONE, person_id="p-7", withdrawn=False)
    assert bench.told[-1].reason == "nobody has said yet what this person agrees to"


def test_consent_ends_by_itself_and_counts_as_taken_back(people):
    bench = people(run_consent="none")
    now_s = bench.node.solamen_clock.now_s()
    assert bench.say(consent=2, expires=to_stamp(now_s + 2.0), **PROXY) == ""
    assert bench.holds(Consent.RECORD) and bench.holds(Consent.NONE, withdrawn=True)
    assert bench.told[-1].reason == "the consent by the nurse has ended"


def test_a_wall_clock_that_is_set_back_makes_no_consent_last_longer(people, monkeypatch):
    bench = people(run_consent="none", person_id="p-1")
    now_s = bench.node.solamen_clock.now_s()
    assert bench.say(consent=2, expires=to_stamp(now_s + 3.0)) == "" and bench.holds(Consent.RECORD)
    monkeypatch.setattr(type(bench.node.solamen_clock), "now_s", lambda clock: time.time() - 3600.0)
    assert bench.until(lambda: to_seconds(bench.told[-1].expires) < now_s - 3590.0)
    with Memory.of(bench.node.settings) as memory:
        assert memory.latest("p-1", "consent")["own"]["expires_s"] == pytest.approx(now_s + 3.0 - 3600.0, abs=0.5)
    assert bench.holds(Consent.NONE, withdrawn=True)


@pytest.mark.parametrize(
    ("answer", "left", "withdrawn"),
    [
        ("record: yes", Consent.RECORD, False),
        ("record: no", Consent.OBSERVE, False),
        ("record: unanswered", Consent.LEARN, False),
    ],
)
def test_a_person_who_is_asked_in_words_decides_whatever_a_proxy_had_agreed_to(people, answer, left, withdrawn):
    bench = people(run_consent="none")
    assert bench.say(consent=3, **PROXY) == ""
    assert bench.say(consent=2, ask=True) == "" and bench.holds(Consent.LEARN, asked=2)
    bench.answer(answer)
    assert bench.holds(left, asked=0, withdrawn=withdrawn)


def test_an_answer_that_nobody_asked_for_changes_nothing(people):
    bench = people(run_consent="observe")
    for text in ("record: yes", "yes", "everything: yes", ""):
        bench.answer(text)
    assert not bench.until(lambda: bench.told[-1].consent != Consent.OBSERVE, within_s=0.5)


def test_while_somebody_is_asked_only_their_answer_is_heard(people):
    bench = people(run_consent="none")
    bench.start(VoiceNode, keywords=False)
    heard = []
    bench.probe.create_subscription(msg.PersonCue, "cues", heard.append, RECORD)
    text = bench.probe.create_publisher(String, "transcript", RECORD)
    assert bench.until(lambda: text.get_subscription_count() > 0 and bench.probe.count_publishers("cues") > 0)
    text.publish(String(data="Yes."))
    assert not bench.until(lambda: heard, within_s=0.5)
    assert bench.say(consent=1, ask=True) == "" and bench.holds(Consent.NONE, asked=1)
    bench.until(lambda: False, within_s=0.3)
    text.publish(String(data="It hurts, seven out of ten. Yes please."))
    assert bench.until(lambda: heard)
    assert {cue.kind for cue in heard} == {"yes"}


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        ({"run_consent": "record"}, "who is confirmed alone. Confirm who it is: solamen people confirm p-17"),
        ({"run_consent": "observe"}, "but observe holds (as the run was started). Confirm"),
        ({"run_consent": "observe"}, "solamen people confirm p-17; then solamen consent ask record"),
        ({"run_consent": "observe", "person_id": "p-17"}, "needs consent to record, but observe holds"),
        ({"run_consent": "record", "person_id": "p-17"}, "nobody calibrates face in this run"),
    ],
)
def test_a_calibration_that_cannot_be_done_says_why(people, options, problem):
    result = calibrated(people(**options), duration_s=5.0)
    assert not result.success and problem in result.message


def calibrated(bench, **goal):
    """The result of a calibration that was asked for."""
    client = ActionClient(bench.probe, Calibrate, "calibrate")
    assert bench.until(client.server_is_ready)
    asked = client.send_goal_async(Calibrate.Goal(person_id="p-17", modality=["face"], **goal))
    assert bench.until(asked.done)
    over = asked.result().get_result_async()
    assert bench.until(over.done)
    client.destroy()
    return over.result().result


def test_a_room_that_dies_in_a_calibration_does_not_keep_others_from_being_calibrated(people, monkeypatch):
    monkeypatch.setattr(people_calibration, "GIVES_UP_S", 0.2)
    bench = people(run_consent="record", person_id="p-17")
    begun = []
    room = ActionServer(
        bench.probe, Calibrate, "face/calibrate", lambda goal: None, handle_accepted_callback=begun.append
    )
    assert bench.until(lambda: bench.node._calibration._ready("face"))
    for _ in range(2):
        result = calibrated(bench, duration_s=0.01)
        assert (result.success, result.message) == (False, "face: the room did not answer")
    assert len(begun) == 2
    room.destroy()


def test_a_neutral_that_was_learned_while_consent_was_lowered_is_not_kept(people):
    bench = people(run_consent="record", person_id="p-17")
    learned = msg.Baseline(person_id="p-17", modality="face", name=["4"], mean=[0.1], stddev=[0.1], quality=1.0)

    def learn(goal):
        bench.node._care.say(Statement(level=Consent.OBSERVE, stamp_s=bench.node.solamen_clock.now_s()), 0.0)
        bench.node.tell()
        goal.execute(lambda handle: (handle.succeed(), Calibrate.Result(success=True, baselines=[learned]))[1])

    room = ActionServer(bench.probe, Calibrate, "face/calibrate", lambda goal: None, handle_accepted_callback=learn)
    assert bench.until(lambda: bench.node._calibration._ready("face"))
    result = calibrated(bench, duration_s=5.0)
    assert not result.success and "to keep a baseline needs consent to record" in result.message
    room.destroy()


def test_an_alias_that_a_tracker_tells_is_the_same_person(people):
    bench = people(run_consent="observe", person_id="p-17")
    alias = bench.probe.create_publisher(String, "/humans/persons/anonymous_4/alias", STATE)
    alias.publish(String(data="p-17"))
    assert bench.until(lambda: bench.node._care.aliases.resolve("anonymous_4") == "p-17")
    assert bench.confirm("anonymous_4") == "" and bench.holds(Consent.OBSERVE, person_id="p-17")
    assert bench.say(consent=1, person_id="anonymous_4") == ""


def test_whoever_says_who_is_there_is_told_which_consent_then_holds(people):
    bench = people(run_consent="observe", person_id="p-17")
    assert bench.say(consent=2) == "" and bench.holds(Consent.RECORD)
    assert bench.confirm("") == "" and bench.holds(Consent.NONE, person_id="")
    # Agreed to with the session, and somebody else was there meanwhile.
    assert bench.confirm("p-17") == "" and bench.holds(Consent.NONE, person_id="p-17")
    assert bench.answered == "the consent is none: nobody has said yet what this person agrees to"


def test_an_alias_that_is_no_id_is_left_out(people):
    bench = people(run_consent="observe", person_id="p-17")
    alias = bench.probe.create_publisher(String, "/humans/persons/anonymous_5/alias", STATE)
    for data in ("", "../p-17", "p 17"):
        alias.publish(String(data=data))
        bench.until(lambda: False, within_s=0.3)
    assert bench.node._care.aliases.resolve("anonymous_5") == "anonymous_5"


def test_where_the_people_process_is_gone_consent_counts_as_taken_back_until_one_tells_it_again(people, monkeypatch):
    monkeypatch.setattr(consent_watch, "LOOK_PERIOD_S", 0.1)
    monkeypatch.setattr(consent_watch, "GONE_S", 0.5)
    bench = people(run_consent="record")
    voice = bench.start(VoiceNode, keywords=False, consent="record", sound="none")
    assert bench.until(lambda: voice._consent._told_ns is not None) and voice._consent.level == Consent.RECORD
    bench.end(bench.node)
    assert bench.until(lambda: voice._consent.withdrawn) and voice._consent.level == Consent.NONE
    bench.node = bench.start(PeopleNode, run_consent="record")
    assert bench.until(lambda: voice._consent.level == Consent.RECORD and not voice._consent.withdrawn)


def test_who_says_that_they_want_to_be_watched_no_longer_is_watched_no_longer(people):
    bench = people(run_consent="record", person_id="anna")
    bench.say(consent=int(Consent.LEARN), **PROXY)
    assert bench.holds(Consent.LEARN) and bench.until(lambda: bench.cues.get_subscription_count() > 0)
    bench.cues.publish(msg.PersonCue(kind="no", source="voice"))
    bench.cues.publish(msg.PersonCue(kind="withdraw", source="voice"))
    assert bench.holds(Consent.NONE, withdrawn=True, by_proxy=False)
    assert len([told for told in bench.told if told.consent != Consent.NONE]) <= 2
    bench.say(consent=int(Consent.OBSERVE), **PROXY)
    assert not bench.until(lambda: bench.told[-1].consent != Consent.NONE, within_s=0.3)


def test_who_refuses_while_the_people_process_is_away_is_obeyed_at_once_and_stays_so(people, tmp_path, monkeypatch):
    monkeypatch.setenv("SOLAMEN_RUNTIME_DIR", str(tmp_path / "runtime"))
    (tmp_path / "runtime").mkdir()
    bench = people(run_consent="record", person_id="anna")
    voice = bench.start(VoiceNode, keywords=False, consent="record", sound="none")
    assert bench.until(lambda: voice._consent._told_ns is not None and bench.cues.get_subscription_count() > 1)
    bench.end(bench.node)
    bench.cues.publish(msg.PersonCue(kind="withdraw", source="voice"))
    assert bench.until(lambda: voice._consent.withdrawn) and voice._consent.level == Consent.NONE
    respawned = bench.start(VoiceNode, keywords=False, consent="record", sound="none")
    assert respawned._consent.withdrawn and respawned._consent.level == Consent.NONE
    bench.told.clear()
    bench.node = bench.start(PeopleNode, run_consent="record")
    assert bench.until(lambda: bench.told) and {told.consent for told in bench.told} == {Consent.NONE}
    assert "no proxy can raise it" in bench.say(consent=2, **PROXY)
    assert bench.say(consent=2) == "" and bench.holds(Consent.RECORD)
    bench.end(bench.node)
    bench.node = bench.start(PeopleNode, run_consent="record")
    assert bench.node._care.standing(0.0).level == Consent.RECORD


def test_a_no_that_was_said_while_the_people_process_was_away_counts(people, tmp_path, monkeypatch):
    monkeypatch.setenv("SOLAMEN_RUNTIME_DIR", str(tmp_path / "runtime"))
    (tmp_path / "runtime").mkdir()
    bench = people(run_consent="none")
    bench.say(consent=int(Consent.LEARN), **PROXY)
    bench.say(consent=int(Consent.OBSERVE), ask=True)
    assert bench.holds(Consent.LEARN, asked=int(Consent.OBSERVE))
    bench.end(bench.node)
    keep(consent_watch.ANSWERED, {"value": "observe: no", "heard_ns": time.monotonic_ns()})
    bench.node = bench.start(PeopleNode, run_consent="none")
    assert bench.holds(Consent.NONE, withdrawn=True, by_proxy=False, asked=0)


def test_an_alias_of_two_persons_sets_nobodys_consent(people):
    bench = people(run_consent="observe")
    bench.node._care.aliases.tell("body-3", "anna")
    bench.node._care.aliases.tell("body-3", "bert")
    assert "not in care" in bench.say(consent=2, person_id="body-3")
    assert bench.holds(Consent.OBSERVE)


@pytest.mark.parametrize(("consent", "kept"), [("learn", 1), ("record", 0)])
def test_what_a_person_shows_is_kept_to_learn_from_with_consent_to_learn_alone(people, tmp_path, consent, kept):
    bench = people(run_consent=consent, person_id="p-1")
    assert bench.holds(Consent[consent.upper()], person_id="p-1")
    states = bench.probe.create_publisher(msg.UserState, "user_state", STATE)
    shown = ModalityWeight("face", 1.0, "", 3.0, 1.2)
    assert bench.until(lambda: states.get_subscription_count() > 0)
    for _ in range(3):
        states.publish(state_message(UserState(0.0, True, Consent.LEARN, weights=(shown,))))
    bench.until(lambda: False, within_s=0.5)
    bench.end(bench.node)
    with Memory.of(PeopleSettings()) as memory:
        records = memory.all("p-1", SHOWN)
    assert len(records) == kept
    assert all(moment[1] == [["face", 3.0, 1.2]] for record in records for moment in record["moments"])


def test_the_process_that_must_be_back_first_loads_nothing_that_makes_films_or_pages():
    words = "import sys, solamen.nodes.people; print(sorted({'av', 'jinja2', 'matplotlib'} & set(sys.modules)))"
    answer = subprocess.run([sys.executable, "-c", words], capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "[]"
