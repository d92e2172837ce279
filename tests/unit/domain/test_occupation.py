"""Promises about the classification of occupations."""

from matcher.domain import occupation


def test_a_code_and_a_name_mean_one_occupation():
    assert occupation.find("6-18-02-04").name == "焊工"
    assert occupation.find(" 焊工 ") == occupation.find("６-18-02-04")


def test_of_two_with_one_name_the_narrower_is_meant():
    same = [one for one in occupation.table().values() if one.name == "甘油制造工"]
    assert len(same) == 2
    assert occupation.find("甘油制造工") == same[0]


def test_nothing_is_guessed():
    assert occupation.find("月入过万") is None
    assert occupation.find("9-99-99-99") is None
    assert occupation.get("焊工") is None


def test_marks_are_columns_and_no_part_of_a_name():
    software = occupation.find("计算机软件工程技术人员")
    assert (software.code, software.digital) == ("2-02-10-03", True)
    assert occupation.find("客运车辆驾驶员").green


def test_one_small_group_is_near_and_a_middle_group_is_not():
    assert occupation.nearness("2-02-10-03", "2-02-10-03") == 1.0
    assert occupation.nearness("2-02-10-03", "2-02-10-07") == 0.6
    assert occupation.nearness("2-02-10-03", "2-02-11-01") == 0.0
    assert occupation.nearness("2-02-00-00", "2-02-11-01") == 0.0  # a group is not all of its members
    assert occupation.nearness("9-99-99-99", "9-99-99-99") == 0.0


def test_a_given_occupation_hides_what_was_read_and_an_unsure_one_is_not_told():
    read = {"text": "电焊工", "found": [["6-18-02-04", 0.9], ["6-18-02-02", 0.05]]}
    assert occupation.codes("会计专业人员", read) == ("2-06-03-00",)
    assert occupation.codes("本厂自定工种", read) == ("6-18-02-04",)
    assert occupation.codes(None, read) == ("6-18-02-04",)
    assert occupation.codes(None, None) == ()
