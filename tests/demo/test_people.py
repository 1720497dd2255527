import numpy as np

from hanbin_demo.people import DISABLED, LOST, MAJOR, NONE, WEAK
from hanbin_lib.contract.labels import RELATIONS

CODE = {label: number for number, label in enumerate(RELATIONS)}


def of(persons, label):
    return persons[persons["relation"] == CODE[label]].drop_duplicates("household").set_index("household")


def test_every_household_has_one_head_first_and_at_most_one_spouse(full):
    persons = full.persons
    heads = persons[persons["relation"] == CODE["户主"]]
    assert (heads["slot"] == 0).all()
    assert heads["household"].tolist() == list(range(len(full.households)))
    assert not persons[persons["relation"] == CODE["配偶"]].duplicated("household").any()


def test_head_and_spouse_differ_in_sex(full):
    spouse = of(full.persons, "配偶")
    head = of(full.persons, "户主").loc[spouse.index]
    assert (head["is_male"] != spouse["is_male"]).all()


def test_relations_tell_the_sex(full):
    for label in ("之子", "之女婿", "之孙子", "之外孙子", "之父", "之公公"):
        assert full.persons["is_male"][full.persons["relation"] == CODE[label]].all()
    for label in ("之女", "之儿媳", "之孙女", "之外孙女", "之母", "之婆婆"):
        assert not full.persons["is_male"][full.persons["relation"] == CODE[label]].any()


def test_generations_are_apart(full):
    head = of(full.persons, "户主")["age"]
    for label in ("之子", "之女"):
        child = of(full.persons, label)["age"]
        assert (head.loc[child.index] - child >= 20).all()
    for label in ("之父", "之母", "之公公", "之婆婆"):
        parent = of(full.persons, label)["age"]
        assert (parent - head.loc[parent.index] >= 16).all()


def test_parents_in_law_live_with_a_wife_at_the_head(full):
    in_law = of(full.persons, "之公公").index.union(of(full.persons, "之婆婆").index)
    assert len(in_law) > 0
    assert not of(full.persons, "户主").loc[in_law, "is_male"].any()


def test_education_or_school_never_both(full):
    assert ((full.persons["education"] < 0) != (full.persons["school"] < 0)).all()
    age = full.persons["age"]
    assert (full.persons["school"][(age >= 3) & (age < 15)] >= 0).all()
    assert (full.persons["school"][age >= 25] < 0).all()


def test_labour_agrees_with_age_school_and_health(full):
    persons = full.persons
    able = persons["labour"] <= WEAK
    idle = (persons["age"] < 16) | (persons["school"] >= 0) | (persons["age"] >= 75)
    assert not able[idle].any()
    working_age = persons["age"].between(16, 59) & (persons["school"] < 0)
    without = working_age & persons["labour"].isin([LOST, NONE])
    assert ((persons["health"][without] & (MAJOR | DISABLED | 1)) > 0).all()


def test_no_labour_flag_is_what_the_members_say(full):
    able = (full.persons["labour"] <= WEAK).groupby(full.persons["household"]).any()
    assert (able.to_numpy() != full.households["is_no_labour"].to_numpy()).all()


def test_who_works_is_able_and_of_age(full):
    workers = full.persons[full.persons["works"]]
    assert workers["age"].between(16, 69).all()
    assert (workers["labour"] <= WEAK).all()
    assert (workers["school"] < 0).all()
    holders = full.persons[full.persons["post"] >= 0]
    assert holders["age"].max() < 70
    assert not holders["works"].any()


def test_population_looks_like_a_village(full):
    shares = np.histogram(full.persons["age"], bins=[0, 16, 60, 120])[0] / len(full.persons)
    assert 0.14 < shares[0] < 0.24
    assert 0.15 < shares[2] < 0.27


def test_persons_supported_as_destitute_do_not_work(full):
    supported = full.persons["assistance"] == 2
    assert supported.any()
    assert not full.persons["works"][supported].any()
