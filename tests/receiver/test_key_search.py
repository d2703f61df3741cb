"""Keys in bent URLs."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kvitto.receiver.key_search import MOST_CANDIDATES, KeyCandidate, key_candidates

KEY = "0123456789abcdef0123456789abcdef"


@pytest.mark.parametrize(
    "target",
    [
        f"/r/{KEY}/", f"//r//{KEY}//", f"/R/{KEY.upper()}", f"/{KEY}", KEY, f"/r/?{KEY}",
        f"/r?key={KEY}&a=b", f"/r/#{KEY}", f"/kvitto/r/{KEY}", f"/r/{KEY}/extra", f"\\r\\{KEY}",
        f"/r/{KEY}%20", f"/r/%20{KEY}", f"/r/%09{KEY}%0A", f"/r/{KEY}%0D%0A", f"/r/{KEY}%C2%A0",
        f"/r/%E2%80%8B{KEY}%E2%80%8B", f"/r/{KEY}%EF%BB%BF", f"/r/{KEY}.", f"/r/{KEY},",
        f"/r/{KEY})",
        f"/r/{KEY}]", f"/r/<{KEY}>", f'/r/"{KEY}"', f"/r/'{KEY}'", f"/r/%22{KEY}%22",
        f"/r/{KEY}%2F", f"/r/{KEY};", f"/r/{KEY}%253B", f"/r%2F{KEY}", f"%2Fr%2F{KEY}",
        f"/r/{KEY[:16]}%0A{KEY[16:]}",
        f"/r/{KEY[:7]}%20%20{KEY[7:]}", f"/r/{KEY}_", f"/r/%{KEY}", f"/r/{KEY}%", f"/r/{KEY}%A0",
        f"/r/{KEY}?from=ip1", f"/r/{KEY}&a=b", f"http://host:80//r/{KEY}", f"/r/{KEY}\\n",
        "/r/" + "".join(f"%{ord(one):02x}" for one in KEY),
        "/r/" + "".join(f"%25{ord(one):02x}" for one in KEY), f"/r/{KEY}\u201d", f"/r/{KEY}\udcff",
    ],
)  # fmt: skip
def test_a_key_that_stands_alone_is_found_in_every_bent_url(target: str) -> None:
    assert KeyCandidate(KEY, "") in key_candidates(target)


@pytest.mark.parametrize(
    ("target", "extra"),
    [
        (f"/r/{KEY}x", "x"),
        (f"/r/x{KEY}", "x"),
        (f"/r/{KEY}7", "7"),
        (f"/r/7{KEY}", "7"),
        (f"/r/{KEY}{'z' * 50}", "z" * 12),
        (f"/r/{KEY}{'0' * 50}", "0" * 12 + "…"),
    ],
)
def test_a_key_with_something_glued_to_it_is_told_with_that(target: str, extra: str) -> None:
    assert KeyCandidate(KEY, extra) in key_candidates(target)


@pytest.mark.parametrize(
    "target", ["", "/", "/r/" + KEY[1:], "*", "/r/" + "g" * 40, KEY[:31] + "/0"]
)
def test_what_holds_no_32_digits_holds_no_key(target: str) -> None:
    assert key_candidates(target) == []


@pytest.mark.parametrize("target", [f"/{KEY}" * 250, "/" + "a" * 8_000, "%25" * 2_700 + KEY])
def test_no_target_gives_more_candidates_than_the_bound(target: str) -> None:
    assert len(key_candidates(target)) <= 2 * MOST_CANDIDATES


def test_many_different_runs_give_no_more_candidates_than_the_bound() -> None:
    target = "".join(f"/{number:032x}" for number in range(240))
    assert len(key_candidates(target)) == MOST_CANDIDATES


@given(st.text(max_size=300) | st.text("%25aF0/ \t", max_size=300))
def test_whatever_the_target_candidates_are_32_digits(target: str) -> None:
    for one in key_candidates(target):
        assert len(one.value) == 32
        int(one.value, 16)
