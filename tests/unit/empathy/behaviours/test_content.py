"""What the robot says: every text that is shipped, and what is refused when a file is loaded."""

import shutil

import pytest
import yaml

from solamen.core.errors import OutsideError
from solamen.core.resources import resource
from solamen.empathy.claims import load_claims
from solamen.empathy.content import Words, load_content

LANGUAGES = ("en", "de")


def all_texts(language):
    content = load_content(language)
    texts = [text for variants in content.texts.values() for own in variants.values() for text in own]
    pieces = [text for piece in content.pieces for text in (piece.title, *(line.say for line in piece.lines))]
    return sorted({*texts, *pieces})


@pytest.fixture
def folder(tmp_path):
    """A copy of the content that a test may spoil."""
    return shutil.copytree(resource("config", "content"), tmp_path / "content")


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_that_is_shipped_claims_what_it_must_not(language):
    claims = load_claims()
    texts = all_texts(language)
    assert len(texts) > 80
    assert [text for text in texts if claims.problem(language, text)] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_texts_are_short_enough_to_be_heard_by_someone_in_pain(language):
    assert [text for text in all_texts(language) if len(text.split()) > 34] == []


@pytest.mark.parametrize(
    ("language", "said"),
    [("en", "I am a robot"), ("de", "Ich bin ein Roboter")],
)
@pytest.mark.parametrize("audience", ["adult", "child"])
@pytest.mark.parametrize("key", ["introduce.hello", "introduce.who"])
def test_its_first_words_and_its_answer_say_that_it_is_a_robot(language, said, audience, key):
    assert said in Words(load_content(language), audience).text(key)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("audience", ["adult", "child"])
def test_there_is_a_piece_of_every_kind_for_everyone(language, audience):
    assert {piece.kind for piece in Words(load_content(language), audience).pieces} == {
        "imagery",
        "story",
        "counting",
        "tones",
    }


def test_german_is_formal_with_adults_and_familiar_with_children():
    texts = load_content("de").texts
    formal, familiar = {"Sie", "Ihnen", "Ihre", "Ihres"}, {"du", "dich", "dir", "dein"}
    for variants in texts.values():
        for text in variants["adult"]:
            assert not familiar.intersection(text.replace(".", " ").replace(",", " ").split()), text
        for text in variants["child"]:
            assert not formal.intersection(text.replace(".", " ").replace(",", " ").split()), text


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "You have no pain now."),
        ("en", "Now you are pain-free."),
        ("en", "This will not hurt."),
        ("en", "It won't hurt."),
        ("en", "You will feel better soon."),
        ("en", "I can take your pain away."),
        ("en", "Breathing reduces pain."),
        ("en", "The pain will go away."),
        ("en", "Everything will be fine."),
        ("en", "I promise."),
        ("en", "You have a migraine."),
        ("en", "You have a bad infection."),
        ("en", "Your arm is broken."),
        ("en", "Take another pill."),
        ("en", "You don't need a doctor."),
        ("en", "I am a nurse."),
        ("en", "I feel your pain."),
        ("en", "I know how you feel, and how it feels."),
        ("en", "It is not that bad."),
        ("en", "Don't cry."),
        ("en", "Be brave."),
        ("en", "NO   PAIN!"),
        ("de", "Sie haben keine Schmerzen."),
        ("de", "Jetzt sind Sie schmerzfrei."),
        ("de", "Das tut nicht weh."),
        ("de", "Es wird bald besser."),
        ("de", "Der Schmerz geht weg."),
        ("de", "Atmen lindert den Schmerz."),
        ("de", "Ich kann den Schmerz lindern."),
        ("de", "Alles wird gut."),
        ("de", "Ich verspreche es."),
        ("de", "Du hast eine Entzündung."),
        ("de", "Nimm noch eine Tablette."),
        ("de", "Ich bin ein Mensch."),
        ("de", "Ich fühle deinen Schmerz."),
        ("de", "Das ist nicht so schlimm."),
        ("de", "Keine Angst."),
        ("de", "Sei tapfer."),
    ],
)
def test_a_forbidden_claim_is_found(language, text):
    assert load_claims().problem(language, text)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "I see no signs of pain at the moment."),
        ("en", "This may ease distress for some people."),
        ("en", "I am not a doctor."),
        ("en", "Would you like me to call a nurse?"),
        ("de", "Ich sehe gerade keine Zeichen von Schmerz."),
        ("de", "Ich bin kein Arzt."),
        ("de", "Soll ich jemanden rufen?"),
    ],
)
def test_honest_words_are_allowed(language, text):
    assert load_claims().problem(language, text) == ""


def test_a_claim_is_found_in_a_text_that_mixes_languages():
    assert load_claims().problem("de", "Keep going, you will feel better.")


def test_texts_take_turns():
    words = Words(load_content("en"), "adult")
    said = [words.text("acknowledge.noticed") for _ in range(4)]
    assert len(set(said[:3])) == 3 and said[3] == said[0]


def test_a_place_is_filled_in():
    assert Words(load_content("en"), "adult").text("ask.thanks", number=6) == "Thank you. I noted 6 out of ten."


def spoil(folder, change, language="de"):
    path = folder / language / "words.yaml"
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    change(content)
    path.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda content: content["farewell"].update(goodbye="Alles wird gut."), "farewell.goodbye"),
        (lambda content: content["farewell"].pop("goodbye"), "farewell.goodbye is missing"),
        (lambda content: content["farewell"].update(godbye="Tschüss."), "no text farewell.godbye"),
        (lambda content: content["ask"].update(thanks="Danke, {name}."), "{name} cannot be filled in"),
        (lambda content: content["ask"].update(thanks="Danke, {number."), "braces"),
        (lambda content: content["ask"].update(thanks=""), "ask.thanks"),
        (lambda content: content["ask"].update(thanks={"adult": "Danke."}), "adult and child"),
        (lambda content: content.update(ask="Wie stark?"), "below the names"),
    ],
)
def test_words_that_someone_changed_are_checked_in_one_sentence(folder, change, told):
    spoil(folder, change)
    with pytest.raises(OutsideError) as error:
        load_content("de", folder)
    assert told in str(error.value) and "words.yaml" in str(error.value) and "\n" not in str(error.value)


GOOD = {"kind": "story", "title": "a cat", "for": ["adult"], "lines": [{"say": "A cat sat."}]}


def test_a_piece_that_someone_adds_is_there(folder):
    (folder / "en" / "distraction" / "cat.yaml").write_text(yaml.safe_dump(GOOD))
    names = {piece.name for piece in Words(load_content("en", folder), "adult").pieces}
    assert "cat" in names and "cat" not in {piece.name for piece in Words(load_content("en", folder), "child").pieces}


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"kind": "film"}, "kind is 'film'"),
        ({"for": ["everyone"]}, "adult and child"),
        ({"lines": []}, "at least one line"),
        ({"lines": [{"say": "And you will feel better."}]}, "line 1"),
        ({"title": "a painless story"}, "title"),
        ({"lines": [{"say": "Hm.", "pause_s": float("nan")}]}, "no number from 0 to 30"),
        ({"lines": [{"say": "Hm.", "answer": 12}]}, "no number from 0 to 10"),
        ({"lines": [{"text": "Hm."}]}, "must have say"),
        ({"mood": "sad"}, "nothing else"),
        ({"lines": [{"say": "♪ H4:1"}]}, "'H4:1' is no note"),
        ({"lines": [{"say": "♪ G4:50 G4:50"}]}, "this one lasts 100 s"),
    ],
)
def test_a_piece_that_someone_adds_is_checked(folder, change, told):
    (folder / "en" / "distraction" / "cat.yaml").write_text(yaml.safe_dump({**GOOD, **change}))
    with pytest.raises(OutsideError) as error:
        load_content("en", folder)
    assert told in str(error.value) and "cat.yaml" in str(error.value)


def test_a_language_that_is_not_there_is_told_with_those_that_are(tmp_path):
    with pytest.raises(OutsideError, match=r"no texts for the language 'tlh'.*de, en"):
        load_content("tlh")


def test_a_pattern_that_is_none_is_told(folder):
    (folder / "forbidden.yaml").write_text("en: {bad: ['(']}")
    with pytest.raises(OutsideError, match="no regular expression"):
        load_content("en", folder)


def test_every_claim_says_why(folder):
    problem = load_claims().problem("en", "You will feel better.")
    assert problem == "'will feel better' promises relief, which nobody can"
