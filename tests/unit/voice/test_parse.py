"""What people say of pain, in seven languages."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from solamen.core.errors import OutsideError
from solamen.voice.lexicon import languages, lexicon
from solamen.voice.parse import parse

from .sentences import right, rows

SEVEN = ("de", "en", "es", "fr", "it", "pt", "zh")


def share_right(name):
    answers = [right(*row) for row in rows(name)]
    return sum(answers) / len(answers), len(answers)


def test_every_language_of_the_seven_has_a_lexicon():
    assert languages() == SEVEN


def test_the_table_is_read_as_it_is_meant():
    wrong = [
        (language, sentence)
        for language, sentence, meant in rows("sentences_first.tsv")
        if not right(language, sentence, meant)
    ]
    assert wrong == []
    assert share_right("sentences_first.tsv")[1] >= 300


@pytest.mark.parametrize(
    ("table", "least", "rows_at_least"),
    [
        ("sentences_second.tsv", 0.95, 50),  # written before the parser
        ("sentences_unseen.tsv", 0.95, 350),  # nobody mended the lexicons on these
        ("sentences_third.tsv", 0.95, 50),
        ("sentences_fifth.tsv", 0.9, 250),
        ("sentences_fourth.tsv", 0.95, 50),
        ("sentences_eighth.tsv", 0.95, 150),
        ("sentences_seventh.tsv", 0.95, 240),
        ("sentences_sixth.tsv", 0.95, 150),
        ("sentences_tenth.tsv", 0.9, 40),
    ],
)
def test_the_sentences_of_a_table_are_read_right(table: str, least: float, rows_at_least: int) -> None:
    share, count = share_right(table)
    assert share >= least
    assert count >= rows_at_least


@pytest.mark.parametrize(
    "sentence",
    ["It doesn't hurt any more", "no pain", "I was in pain yesterday", "does it hurt you?", "my mother had pain"],
)
def test_what_is_no_pain_of_the_speaker_now_raises_nothing(sentence):
    assert parse(sentence).nothing
    assert parse(sentence).reason


def test_a_number_is_a_report_on_the_numeric_scale():
    report = parse("seven out of ten", stamp_s=12.0).report
    assert (report.scale, report.value, report.normalised, report.source, report.stamp_s) == (
        "NRS",
        7.0,
        7.0,
        "voice",
        12.0,
    )


def test_words_are_a_report_on_the_verbal_scale():
    report = parse("Der Schmerz ist halb so schlimm.", "de").report
    assert (report.scale, report.value, report.normalised) == ("VRS", 1.0, 2.5)


def test_pain_without_a_size_is_a_cue_that_names_the_place():
    (cue,) = parse("my left knee hurts", stamp_s=3.0, confidence=0.7).cues
    assert (cue.kind, cue.place, cue.source, cue.confidence) == ("pain", "knee", "voice", 0.7)
    assert math.isnan(cue.value)


def test_a_stop_comes_before_all_else():
    assert [cue.kind for cue in parse("No, it hurts, stop!").cues][:2] == ["stop", "no"]


def test_a_region_of_a_language_is_that_language():
    assert parse("Es tut sehr weh", "de-AT").report.normalised == 8.5


def test_a_language_without_a_lexicon_is_told_of_with_those_that_have_one():
    with pytest.raises(OutsideError, match=r"no lexicon for the language 'xx'.*de, en, es"):
        parse("hello", "xx")


def test_a_lexicon_that_lacks_a_key_says_which(tmp_path):
    (tmp_path / "nl.yaml").write_text("pain: [pijn]\n", encoding="utf-8")
    with pytest.raises(OutsideError, match="the key 'afflicts' is missing"):
        lexicon("nl", tmp_path)


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=200), st.sampled_from(SEVEN))
def test_no_text_breaks_the_reader_nor_leaves_the_scale(text, language):
    meaning = parse(text, language)
    if meaning.report is not None:
        assert 0.0 <= meaning.report.normalised <= 10.0


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [
                "it hurts",
                "not",
                "seven",
                "out of ten",
                "stop",
                "?",
                ",",
                "my mother",
                "very",
                "yesterday",
                "-3",
                "11",
                "1e9",
                "/10",
            ]
        ),
        max_size=12,
    )
)
def test_words_in_any_order_stay_on_the_scale(words):
    meaning = parse(" ".join(words))
    assert meaning.report is None or 0.0 <= meaning.report.value <= 10.0


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "please stop watching me"),
        ("en", "Turn off the camera, I don't want to be filmed."),
        ("de", "Hör auf, mich zu beobachten! Ich will nicht gefilmt werden."),
        ("de", "mach bitte die kamera aus"),
        ("es", "no me grabes, por favor"),
        ("fr", "arrêtez de me filmer s'il vous plaît"),
        ("it", "non voglio essere osservata"),
        ("pt", "pare de me gravar"),
        ("zh", "请不要拍我"),
    ],
)
def test_who_says_so_is_watched_no_longer(language: str, sentence: str) -> None:
    assert "withdraw" in {cue.kind for cue in parse(sentence, language).cues}


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "do not stop watching me"),
        ("en", "stop"),
        ("en", "I was told that they stop watching me at night"),
        ("en", "the nurse is watching me"),
        ("de", "lass mich in Ruhe"),
        ("es", "me duele cuando me miras"),
    ],
)
def test_nothing_else_takes_consent_back(language: str, sentence: str) -> None:
    assert "withdraw" not in {cue.kind for cue in parse(sentence, language).cues}


def test_a_chinese_number_among_words_that_say_nothing_is_one():
    (cue,) = parse("大概三吧", "zh").cues
    assert (cue.kind, cue.value) == ("number", 3.0)
    report = parse("大概三分吧", "zh").report
    assert report is not None
    assert report.normalised == 3.0
    assert parse("我三天没睡", "zh").nothing


def test_within_a_saying_nothing_counts():
    assert parse("No pain, no gain.").reason
    assert parse("一提起房贷我就头疼", "zh").nothing
    assert parse("ça me fait mal au cœur de le voir", "fr").nothing


def test_a_chinese_number_may_be_a_range_or_have_decimals_but_is_no_part_of_a_longer_one():
    values = [parse(text, "zh").report.normalised for text in ("大概五到六分", "大概七点五分", "大概七八分")]
    assert values == [5.5, 7.5, 7.5]
    assert parse("我等了二十分钟", "zh").nothing


@pytest.mark.parametrize(
    ("language", "sentence", "kinds"),
    [
        ("fr", "Docteur !", ["help"]),
        ("fr", "Docteur, j'ai mal au dos.", ["pain"]),
        ("fr", "Vite, un docteur !", ["help"]),
        ("zh", "护士！", ["help"]),
        ("zh", "护士,我头疼", ["pain"]),
        ("fr", "Maman, ça fait mal !", ["pain"]),
        ("fr", "Ma mère, ça lui fait mal.", []),
    ],
)
def test_who_is_only_spoken_to_is_not_called_nor_told_of(language: str, sentence: str, kinds: list[str]) -> None:
    assert [cue.kind for cue in parse(sentence, language).cues] == kinds


def test_the_worst_beside_a_pain_told_with_a_class_counts():
    assert parse("J'ai très mal, c'est insoutenable.", "fr").report.normalised == 10.0
    assert parse("太疼了,受不了了", "zh").report.normalised == 10.0
    assert parse("J'ai un peu mal, c'est supportable.", "fr").report.normalised == 2.5


def test_a_no_behind_words_that_say_nothing_is_one():
    assert [cue.kind for cue in parse("Well, no.").cues] == ["no"]
    assert [cue.kind for cue in parse("bof, non", "fr").cues] == ["no"]
    assert parse("I came home, no").nothing


def test_a_chinese_stop_is_none_within_a_longer_word():
    assert [cue.kind for cue in parse("停", "zh").cues] == ["stop"]
    assert parse("楼下的停车场满了", "zh").nothing


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("es", "una pastilla para dormir"),
        ("es", "mi perro se llama Canelo"),
        ("es", "me muero de hambre"),
        ("it", "come ti chiami?"),
        ("it", "si sta bene qui"),
        ("it", "ho dormito male stanotte"),
        ("pt", "vou para casa"),
        ("pt", "quero ver televisão"),
        ("pt", "esse meu genro é uma dor de cabeça"),
    ],
)
def test_talk_of_other_things_asks_for_nothing(language: str, sentence: str) -> None:
    assert parse(sentence, language).nothing


def test_a_class_told_in_a_clause_of_its_own_is_that_of_the_pain_beside_it():
    assert parse("el pie me duele, es horrible", "es").report.normalised == 8.5
    assert parse("mi fa male il gomito, ma si sopporta", "it").report.normalised == 5.5
    assert parse("my foot hurts, it is awful").report.normalised == 8.5
    assert parse("my foot hurts, and my neighbour is awful").report is None


@pytest.mark.parametrize(
    ("language", "sentence", "pain"),
    [
        ("en", "My knee is giving me hell.", True),
        ("en", "My boss is giving me hell.", False),
        ("de", "Die Hüfte bringt mich um.", True),
        ("de", "Die Hitze bringt mich um.", False),
    ],
)
def test_a_saying_tells_of_pain_only_beside_a_place(language: str, sentence: str, pain: bool) -> None:
    assert ("pain" in {cue.kind for cue in parse(sentence, language).cues}) is pain


@pytest.mark.parametrize(
    ("language", "sentence", "stops"),
    [
        ("en", "It hurts, let go!", True),
        ("en", "Get out of here!", True),
        ("en", "I couldn't get out of bed.", False),
        ("en", "Have you had enough to eat?", False),
        ("de", "Halt!", True),
        ("de", "Lass mich jetzt sofort los!", True),
        ("de", "Schalt dich sofort ab!", True),
        ("de", "Es tut halt weh.", False),
        ("de", "Schalt den Fernseher aus.", False),
    ],
)
def test_a_stop_is_told_from_its_words_in_other_talk(language: str, sentence: str, stops: bool) -> None:
    assert ("stop" in {cue.kind for cue in parse(sentence, language).cues}) is stops


@pytest.mark.parametrize("sentence", ["Nimm das Tablett weg", "lass mich kurz überlegen", "Halt die Tasse bitte"])
def test_german_talk_of_other_things_asks_for_nothing(sentence: str) -> None:
    assert parse(sentence, "de").nothing
