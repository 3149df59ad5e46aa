"""What a broker remembers of how entities were told: of the version only, and no more than it may."""

from datetime import UTC, datetime

from dothi.context.api.retelling import BESIDE, MOST_SPARED, MOST_WAYS, Texts
from dothi.context.jsonld.names import Names
from dothi.context.model.write import Writer
from dothi.context.store.search import Head

AT = datetime(2026, 11, 22, tzinfo=UTC)


def head(name: str, version: int = 1) -> Head:
    return Head(f"urn:x:{name}", (version, AT))


class TestTexts:
    def test_tells_what_was_kept_of_this_version_in_this_way(self) -> None:
        texts = Texts()
        texts.keep(0, head("a"), b"{}")
        assert texts.get(0, head("a")) == b"{}"
        assert texts.get(0, head("a", 2)) is None
        assert texts.get(1, head("a")) is None

    def test_lets_go_what_was_not_told_for_the_longest_time(self) -> None:
        texts = Texts(most=2 * (BESIDE + 10))
        for name in "ab":
            texts.keep(0, head(name), b"x" * 10)
        texts.get(0, head("a"))
        texts.keep(0, head("c"), b"x" * 10)
        assert [texts.get(0, head(name)) is not None for name in "abc"] == [True, False, True]

    def test_looks_through_some_at_a_time(self) -> None:
        names = [str(number) for number in range(MOST_SPARED + 9)]
        texts = Texts(most=len(names) * (BESIDE + 10))
        for name in names:
            texts.keep(0, head(name), b"x" * 10)
            texts.get(0, head(name))
        texts.keep(0, head("new"), b"x" * 10)
        assert [name for name in names if texts.get(0, head(name)) is None] == [names[MOST_SPARED]]

    def test_counts_a_text_once_that_is_kept_again(self) -> None:
        texts = Texts(most=2 * (BESIDE + 10))
        for version in range(9):
            texts.keep(0, head("a", version), b"x" * 10)
        texts.keep(0, head("b"), b"x" * 10)
        assert texts.get(0, head("a", 8)) is not None

    def test_tells_tenants_names_and_forms_apart(self) -> None:
        texts, names = Texts(), Names(())
        ways = [
            ("", Writer(names)),
            ("t", Writer(names)),
            ("", Writer(Names(()))),
            ("", Writer(names, system=True)),
        ]
        assert len({texts.number(one) for one in [*ways, *ways]}) == len(ways)

    def test_gives_no_number_twice_to_who_may_still_be_telling(self) -> None:
        """Whoever made a way forgotten while another request was under way told in the words of that one."""
        texts, names = Texts(), Names(())
        first = texts.number(("first", Writer(names)))
        others = {texts.number((str(one), Writer(names))) for one in range(2 * MOST_WAYS)}
        assert first not in {*others, texts.number(("first", Writer(names)))}
        assert len(others) == 2 * MOST_WAYS
