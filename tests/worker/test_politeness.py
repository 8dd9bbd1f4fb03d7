import asyncio

from worker.politeness import Politeness


class Clock:
    """A clock that only sleeping moves."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.now += seconds
        await asyncio.sleep(0)


def polite(connections=2, delay=1.0, patience=5.0):
    clock = Clock()
    return Politeness(connections, delay, patience, clock, clock.sleep), clock


async def starts(politeness, clock, number, keys=("a",)):
    """Give when each of so many requests started."""
    found = []

    async def one(key):
        if await politeness.enter(key) is None:
            found.append(clock())
            await asyncio.sleep(0)
            politeness.leave(key)

    await asyncio.gather(*(one(keys[i % len(keys)]) for i in range(number)))
    return found


def test_starts_to_one_host_are_a_delay_apart():
    politeness, clock = polite()
    assert asyncio.run(starts(politeness, clock, 4)) == [100, 101, 102, 103]


def test_a_host_may_want_more_time_between_two_requests_than_we_give():
    politeness, clock = polite(patience=20)

    async def go():
        found = []
        for delay in (7.0, 0.5, 0.0):
            await politeness.enter("a", delay)
            politeness.leave("a")
            found.append(clock())
        return found

    assert asyncio.run(go()) == [100, 107, 108]


def test_other_hosts_do_not_wait():
    politeness, clock = polite()
    assert asyncio.run(starts(politeness, clock, 3, keys=("a", "b", "c"))) == [100, 100, 100]


def test_no_more_at_once_than_allowed():
    politeness, _ = polite(connections=2, delay=0, patience=0.05)

    async def go():
        return [await politeness.enter("a") for _ in range(3)]

    first, second, third = asyncio.run(go())
    assert (first, second) == (None, None)
    assert third == 0.05


def test_a_turn_beyond_our_patience_is_not_waited_for():
    politeness, clock = polite(connections=20, delay=10.0, patience=5.0)
    assert len(asyncio.run(starts(politeness, clock, 4))) == 1


def test_a_paused_host_is_left_alone_until_its_time():
    politeness, clock = polite()

    async def go():
        politeness.pause("a", 30)
        politeness.pause("a", 5)
        before = await politeness.enter("a")
        clock.now += 31
        return before, await politeness.enter("a"), await politeness.enter("b")

    assert asyncio.run(go()) == (30, None, None)


def test_a_slot_is_free_again_after_a_pause_refused_it():
    politeness, clock = polite(connections=1, delay=0)

    async def go():
        politeness.pause("a", 3)
        refused = [await politeness.enter("a") for _ in range(5)]
        clock.now += 4
        return refused, await politeness.enter("a")

    refused, after = asyncio.run(go())
    assert refused == [3, 3, 3, 3, 3]
    assert after is None
