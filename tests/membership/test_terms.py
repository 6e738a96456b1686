"""For how long somebody is a member: the last day, the notice before, the days of grace, and what comes then."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from club import points
from club.club import APPROVAL, FREE, PURCHASES, MembershipRules
from storage import membership, vouchers
from tests.club import OWNER, ClubHouse, Person, a_club, open_house
from tests.membership.test_joining import on_file
from tests.membership.test_ways_in import fills_in
from tests.programmes.test_clock import outcome

TAIPEI = "Asia/Taipei"
A_YEAR = MembershipRules((FREE,), months=12, grace_days=14)
LAST_MOMENT = datetime(2027, 11, 22, 15, 59, 59, tzinfo=UTC)
"""The end of the last day, where the club is, of who joined on 22 November 2026."""


async def at(club: ClubHouse, moment: datetime) -> None:
    """It is then, and what is due is done."""
    club.clock.move_to(moment)
    for _ in range(2):
        await club.work.plan()
    await club.settled()


async def states(club: ClubHouse, person: Person) -> list[str]:
    known = await on_file(club, person)
    return [one.state for one in await club.query(lambda db: membership.of_member(db, known.id))]


async def test_a_member_on_the_last_day_in_grace_after_it_and_lapsed_when_that_is_over(any_url: str) -> None:
    async with open_house(any_url, zone=TAIPEI, membership=A_YEAR) as club:
        ana = await club.member("Ana")
        assert "free of charge, to the end of 22 November 2027" in "\n".join(ana.screen())
        number = (await on_file(club, ana)).number
        await at(club, LAST_MOMENT - timedelta(seconds=2))
        assert "free of charge, to the end of 22 November 2027" in await ana.says("/me")
        assert await states(club, ana) == ["running"]

        await at(club, LAST_MOMENT + timedelta(seconds=1))
        assert await states(club, ana) == ["grace"]
        assert "last day was 22 November 2027, everything works to the end of 6 December 2027" in await ana.says("/me")
        assert "<b>20</b>" in await ana.says("/points")
        assert await outcome(club, "membership_grace") == [("membership_grace:1", "queued", None)], "not at midnight"
        await at(club, LAST_MOMENT + timedelta(hours=9, minutes=1))
        assert "To the end of 6 December 2027 everything works as before. One tap" in ana.sees()

        await at(club, LAST_MOMENT + timedelta(days=14) - timedelta(seconds=2))
        assert (await on_file(club, ana)).joined
        await at(club, LAST_MOMENT + timedelta(days=14, seconds=1))
        lapsed = await on_file(club, ana)
        assert (lapsed.status, lapsed.marketing, await states(club, ana)) == ("left", False, ["lapsed"])
        assert "join" in ana.menu()
        assert "As a member you can get some" in await ana.says("/vouchers")
        assert ana.buttons() == ["Join the club", "Menu"], "rewards are for members"
        assert "Membership: lapsed on" in await ana.says("/me")
        assert "membership lapsed" in ana.sees(), "nobody says that they left"
        assert "membership lapsed on" in await club.staff(OWNER).says(f"/scan {number}")
        await at(club, LAST_MOMENT + timedelta(days=14, hours=10))
        assert "To come back, send /join" in ana.sees()
        for _ in range(2):
            await at(club, LAST_MOMENT + timedelta(days=20))
        assert [len(await outcome(club, f"membership_{one}")) for one in ("grace", "lapsed")] == [1, 1]


async def test_who_comes_back_after_it_has_number_points_and_vouchers_and_no_second_welcome(any_url: str) -> None:
    async with open_house(any_url, membership=MembershipRules(months=1, grace_days=0)) as club:
        ana = await club.member("Ana")
        before = await on_file(club, ana)
        await club.database.write(
            lambda db: points.earn(db, before.id, 50, a_club(), reason="purchase", key="k", now=club.clock.now())
        )
        await at(club, datetime(2026, 12, 23, 0, 1, tzinfo=UTC))
        assert (await on_file(club, ana)).status == "left"
        assert "ended on 23 December 2026. Number 10017, points and vouchers are kept" in await ana.says("/points")
        assert ana.buttons() == ["Join the club", "Menu"]
        hello = await ana.says("/start")
        assert "Your membership of Tea &amp; Time ended on 23 December 2026" in hello
        assert "You have left" not in hello
        await club.member("Ana")
        after = await on_file(club, ana)
        assert (after.number, after.joined) == (before.number, True)
        assert "<b>70</b>" in await ana.says("/points")
        assert await states(club, ana) == ["lapsed", "running"]


async def test_two_weeks_before_the_last_day_it_is_told_once_and_one_tap_is_enough(any_url: str) -> None:
    async with open_house(any_url, membership=A_YEAR) as club:
        ana = await club.member("Ana")
        await at(club, datetime(2027, 11, 8, 12, tzinfo=UTC))
        assert await outcome(club, "membership_ending") == []
        await at(club, datetime(2027, 11, 9, 12, tzinfo=UTC))
        assert "runs to the end of 22 November 2027. One tap, and you stay." in ana.sees()
        await at(club, datetime(2027, 11, 10, 12, tzinfo=UTC))
        assert len(await outcome(club, "membership_ending")) == 1
        assert "You are a member already" in await ana.says("/join")
        message, data = ana.button("Stay a member")
        assert "to the end of 22 November 2028" in await ana.presses("Stay a member")
        assert "nothing to renew now" in await ana.presses_data(message["message_id"], data)
        assert await states(club, ana) == ["renewed", "running"]
        await at(club, datetime(2027, 11, 25, 12, tzinfo=UTC))
        assert await states(club, ana) == ["renewed", "running"]
        assert "nothing to renew now" in await ana.presses_data(message["message_id"], data)


async def test_a_notice_that_waits_for_the_morning_is_not_sent_to_who_renewed_in_the_night(sqlite_url: str) -> None:
    async with open_house(sqlite_url, membership=MembershipRules(months=1, grace_days=3)) as club:
        ana = await club.member("Ana")
        await at(club, datetime(2026, 12, 23, 0, 1, tzinfo=UTC))
        await ana.says("/me")
        await ana.presses("Stay a member")
        await at(club, datetime(2026, 12, 23, 9, 1, tzinfo=UTC))
        assert await outcome(club, "membership_grace") == [("membership_grace:1", "skipped", "not so any more")]


async def test_enough_bought_within_the_term_renews_it_by_itself(any_url: str) -> None:
    async with open_house(any_url, membership=MembershipRules((PURCHASES,), pieces=2, months=1, grace_days=5)) as club:
        ana, owner = club.person("Ana", username="ana_l"), club.staff(OWNER)
        await ana.says("/start")
        await owner.says("/sale @ana_l beans x2 20")
        await fills_in(ana)
        await at(club, datetime(2026, 12, 10, 12, tzinfo=UTC))
        assert "as soon as you have bought 2 more pieces" in ana.sees()
        assert "Stay a member" not in ana.buttons()
        await owner.says("/sale @ana_l tea x2 20")
        await at(club, datetime(2026, 12, 23, 10, tzinfo=UTC))
        assert "your membership has begun anew: it runs to the end of 22 January 2027" in ana.sees()

        await at(club, datetime(2027, 1, 23, 10, tzinfo=UTC))
        assert await states(club, ana) == ["renewed", "grace"]
        assert "2 more pieces, and your membership" in await ana.presses_data(1, "renew")
        await owner.says("/sale @ana_l cup x2 20")
        assert "it runs to the end of 22 February 2027" in ana.sees(), "in the days of grace, at once"
        assert await states(club, ana) == ["renewed", "renewed", "running"]
        await at(club, datetime(2027, 2, 23, 10, tzinfo=UTC))
        assert (await states(club, ana))[-1] == "grace", "what was bought in those days counts once"


async def test_where_the_team_decides_it_is_asked_again(any_url: str) -> None:
    async with open_house(any_url, membership=MembershipRules((APPROVAL,), months=1, grace_days=5)) as club:
        ana, group = club.person("Ana"), club.staff(OWNER).in_group()
        await fills_in(ana)
        await group.presses("Let in")
        await at(club, datetime(2026, 12, 20, 12, tzinfo=UTC))
        assert "our team is asked to let you stay" in ana.sees()
        await ana.presses("Stay a member")
        assert "with our team already" in await ana.presses("Stay a member")
        assert "Asks to stay a member" in group.sees()
        await group.presses("Let stay")
        assert "you stay a member" in ana.sees()
        assert "to the end of 22 January 2027" in ana.sees()


async def test_who_asked_to_stay_and_lapsed_meanwhile_is_let_in_again(sqlite_url: str) -> None:
    async with open_house(sqlite_url, membership=MembershipRules((APPROVAL,), months=1, grace_days=0)) as club:
        ana, group = club.person("Ana"), club.staff(OWNER).in_group()
        await fills_in(ana)
        await group.presses("Let in")
        await at(club, datetime(2026, 12, 20, 12, tzinfo=UTC))
        await ana.presses("Stay a member")
        await at(club, datetime(2026, 12, 23, 12, tzinfo=UTC))
        assert (await on_file(club, ana)).status == "left"
        await group.presses("Let stay")
        back = await on_file(club, ana)
        assert (back.joined, back.name, back.city) == (True, "Ana", "Berlin")


async def test_the_card_shows_the_way_in_and_the_last_day(sqlite_url: str) -> None:
    async with open_house(sqlite_url, membership=A_YEAR) as club:
        ana = await club.member("Ana")
        assert "Membership: free of charge, to the end of 22 November 2027" in await ana.says("/card")
        assert "Member: free of charge, to the end of 22 November 2027" in await club.staff(OWNER).says("/scan 10017")
        assert await club.query(lambda db: vouchers.usable(db, 1, club.clock.now())) == []
        await ana.says("/leave")
        await ana.presses("Leave, keep")
        assert await states(club, ana) == ["left"]
        assert "Prospect: has bought nothing, not a member any more" in await club.staff(OWNER).says("/scan 10017")
