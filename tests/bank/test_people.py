"""Who is named in an article, what they are called there, and whom a clause with a verb of saying means."""

import pytest

from bot.bank.drafting.people import People, _run_end, is_german, saying
from bot.bank.quote import Speaker

ADA = Speaker("ada-brook", "Ada Brook", "Ada", "Brook", ("the keeper",))


def people_of(*texts, **more):
    people = People(**more)
    for text in texts:
        people.meet(text)
    return people


@pytest.mark.parametrize(
    ("phrase", "name"),
    [
        ("Ada Cole", "Ada Cole"),
        ("Mayor Ada Cole", "Ada Cole"),
        ("Deputy Harbour Minister Ada Cole", "Ada Cole"),
        ("Harbour Minister Ada Rose Cole", "Ada Rose Cole"),
        ("Former Deputy Foreign Affairs Minister Ada Cole", "Ada Cole"),
        ("Harbour Minister Cole", "Ada Cole"),
        ("Ada Cole Minister", "Ada Cole"),
        ("Ada Rose Cole Minister", "Ada Rose Cole"),
        ("Ada Cole Deputy Mayor", "Ada Cole"),
        ("Rosa King", "Rosa King"),
        ("Then Ada Cole", "Ada Cole"),
        ("Monday Cole", "Ada Cole"),
        ("Monday Ada Cole", "Ada Cole"),
        ("May", "Theresa May"),
        ("Cole", "Ada Cole"),
        ("Berg", None),
        ("the Council", None),
        ("Ada Cole, who came from there with the Council", "Ada Cole"),
        ("Ada Cole. He", "Ada Cole"),
        ("Ada Cole and Tom Berg", "Tom Berg"),
        ("Ada Cole, in the Council's", "Ada Cole"),
        ("the Council’s", None),
        ("Ada Cole's", None),
        ("Ada Cole’s minister", None),
        ("Ada Cole's Tom Berg", "Tom Berg"),
        ("Ada Cole von", "Ada Cole"),
        ("the keeper, Brook", "Ada Brook"),
        ("Ms Brook", "Ada Brook"),
    ],
)
def test_the_nearest_name_is_the_one_that_is_meant_without_its_titles(phrase, name):
    people = people_of("Ada Cole and Theresa May met.", known=(ADA,))
    assert people.named(phrase) == name


@pytest.mark.parametrize("link", ["de", "da", "di", "van", "von", "al", "bin", "la", "le", "del", "dos", "van de"])
def test_small_words_inside_a_name_belong_to_it(link):
    assert people_of().named(f"Ana {link} Costa") == f"Ana {link} Costa"


def test_what_is_somebodys_is_met_as_theirs():
    assert people_of("Ada Cole's bridge and Tom Berg’s boat").ranked() == ["Ada Cole", "Tom Berg"]


def test_in_german_words_with_a_capital_before_a_name_are_no_part_of_it():
    text = "Die Leiterin Ada Cole kam."
    assert people_of(text, german=True).ranked() == ["Ada Cole"]
    assert people_of("Ada Rose Cole came.").ranked() == ["Ada Rose Cole"]


def test_people_are_ranked_by_how_often_they_are_named_after_those_the_bank_knows():
    people = people_of("Tom Berg, Zoe Rose Hill and Ada Brook. Hill spoke. Hill left. Berg spoke.", known=(ADA,))
    assert people.ranked() == ["Ada Brook", "Zoe Rose Hill", "Tom Berg"]
    assert people_of("Tom Berg. Zoe Rose Hill. Cher Rose Hill.").ranked() == ["Zoe Rose Hill", "Tom Berg"]


@pytest.mark.parametrize(
    ("text", "called"),
    [
        ("Ada Cole, carpenter, came.", True),
        ("Ada Cole, one two three four five six seven carpenter", True),
        ("Ada Cole, one two three four five six seven eight carpenter", False),
        ("Ada Cole met the carpenter", False),
        ("carpenter Ada Cole came.", True),
        ("the carpenter of our town Ada Cole", False),
        ("the carpenter of Ada Cole", True),
        ("the carpenter one two three, Ada Cole", True),
        ("the carpenter one two three four five six, Ada Cole", True),
        ("the carpenter one two three four five six seven, Ada Cole", False),
        ("I met the carpenter. Ada Cole came.", False),
        ("Harbour Carpenter Minister Ada Cole", True),
    ],
)
def test_people_are_called_what_stands_close_before_them_or_behind_a_comma(text, called):
    people = people_of(text, "Tom Berg came.")
    assert people.meant("the carpenter") == ("Ada Cole" if called else None)


def test_nobody_is_called_by_the_own_name():
    people = people_of("Ada Baker, of Northby, came.", "Tom Berg, a baker, left.")
    assert people.meant("the baker") == "Tom Berg"
    assert people_of("Minister Rose Hill came.", "Tom Berg, of the rose garden.").meant("the rose") == "Tom Berg"


@pytest.mark.parametrize(
    ("subject", "name"),
    [
        ("he", "Tom Berg"),
        ("And then, he", "Tom Berg"),
        ("he added quietly", "Tom Berg"),
        ("of the town he too", "Tom Berg"),
        ("carpenter he met long ago", "Ada Cole"),
        ("carpenter that he met once", "Ada Cole"),
        ("the carpenter", "Ada Cole"),
        ("the carpenter or another", "Ada Cole"),
        ("carpenter of a town", "Ada Cole"),
        ("the official", "Tom Berg"),
        ("the plumber", None),
        ("Ada Cole", "Ada Cole"),
    ],
)
def test_a_subject_means_whom_it_names_describes_or_points_back_to(subject, name):
    people = people_of("Ada Cole, a carpenter, came.", "Tom Berg came.")
    people.current = "Tom Berg"
    assert people.meant(subject) == name
    assert people.current == "Tom Berg"


@pytest.mark.parametrize("subject", ["a spokesman", "but one diplomat"])
def test_after_somebody_unnamed_he_may_be_anybody(subject):
    people = people_of("Ada Cole came.")
    people.current = "Ada Cole"
    assert people.meant(subject) is None
    assert people.meant("he") is None


def test_of_several_with_one_description_the_last_who_spoke_is_meant():
    people = people_of("Ada Cole, a carpenter, and Tom Berg, a carpenter, came.")
    assert people.meant("the carpenter") == "Ada Cole"
    people.current = "Tom Berg"
    assert people.meant("the carpenter") == "Tom Berg"


def test_where_nobody_is_met_nobody_is_meant():
    assert people_of().meant("the minister") is None


LONG = [f"word{number}" for number in range(1, 15)]


@pytest.mark.parametrize(
    ("clause", "subject", "verb"),
    [
        ("Ada Cole said", "Ada Cole", "said"),
        (", said Ada Cole.", "Ada Cole.", "said"),
        ("— Ada Cole, – said", "Ada Cole", "said"),
        ("Said Karim added", "Said Karim", "added"),
        (f"{' '.join(LONG)} said", " ".join(LONG[-12:]), "said"),
        (f"said {' '.join(LONG)}", " ".join(LONG[:12]), "said"),
        ("he said", "he", "said"),
        ("Cole said", "Cole", "said"),
        ("yesterday, said the mayor", "the mayor", "said"),
        ("„Brücke“, sagte die Leiterin", "die Leiterin", "sagte"),
    ],
)
def test_the_subject_of_saying_stands_before_the_verb_or_behind_it(clause, subject, verb):
    found = saying(clause)
    assert (found.subject, found.verb) == (subject, verb)


@pytest.mark.parametrize("clause", ["Ada Cole came", "Said Karim", ""])
def test_without_a_verb_of_saying_nothing_is_said(clause):
    assert saying(clause) is None


@pytest.mark.parametrize("german", ["der", "und", "ist", "nicht"])
@pytest.mark.parametrize("english", ["the", "and", "is"])
def test_german_is_told_by_its_commonest_words(german, english):
    assert is_german(german)
    assert not is_german(english)
    assert not is_german(f"{german} {english}")
    assert is_german(f"{german} {german} {english}")


@pytest.mark.parametrize(
    ("tokens", "end"),
    [
        (["Ursula", "von", "Leyen", "said"], 3),
        (["de", "Norway"], 0),
        (["Norway", "of", "old"], 1),
        (["Ada's", "Norway"], 1),
        (["said"], 0),
    ],
)
def test_a_name_begins_and_ends_with_a_capital(tokens, end):
    assert _run_end(tokens, 0) == end
