"""Who is closed, when, and in which order."""

from kvitto.receiver.connection_limits import ConnectionPhase, ConnectionSlot, ConnectionSlots


class World:
    """A slots, a clock, and who was closed."""

    def __init__(self, most: int = 4) -> None:
        self.now = 0.0
        self.closed: list[str] = []
        self.slots = ConnectionSlots(most, request_s=20.0, idle_s=75.0, now=lambda: self.now)

    def unknown_caller(self, name: str) -> ConnectionSlot:
        self.now += 1.0
        return self.slots.slot(lambda: self.closed.append(name))

    def known(self, name: str, phase: ConnectionPhase = ConnectionPhase.IDLE) -> ConnectionSlot:
        slot = self.unknown_caller(name)
        self.slots.recognise(slot)
        self.slots.enter(slot, phase)
        return slot


def test_the_unknown_caller_that_waits_longest_makes_room() -> None:
    world = World(most=3)
    for name in "abcde":
        world.unknown_caller(name)
    assert world.closed == ["a", "b"]
    assert (world.slots.open_connections, world.slots.evicted) == (3, 2)


def test_an_unknown_caller_that_begins_anew_waits_anew() -> None:
    world = World(most=2)
    first = world.unknown_caller("first")
    world.unknown_caller("second")
    world.now += 1.0
    world.slots.enter(first, ConnectionPhase.IDLE)
    world.unknown_caller("third")
    assert world.closed == ["second"]


def test_unknown_callers_go_before_idle_connections_of_the_sender() -> None:
    world = World(most=4)
    world.known("idle")
    world.unknown_caller("silent")
    world.slots.enter(world.unknown_caller("slow reader"), ConnectionPhase.TAKING)
    world.slots.enter(world.unknown_caller("asked for /"), ConnectionPhase.IDLE)
    for _ in range(3):
        world.unknown_caller("new")
    assert world.closed == ["silent", "slow reader", "asked for /"]


def test_the_senders_idle_connections_leave_room_for_its_new_ones() -> None:
    world = World(most=4)
    for name in "abcd":
        world.known(name)
    newcomer = world.unknown_caller("new")
    world.unknown_caller("newer")
    assert world.closed == ["a", "new"], "a quarter of the seats is for newcomers"
    world.slots.leave(newcomer)
    assert world.slots.open_connections == 4


def test_idle_goes_before_slow_among_the_senders_connections() -> None:
    world = World(most=4)
    world.known("sending", ConnectionPhase.SENDING)
    world.known("taking", ConnectionPhase.TAKING)
    world.known("idle")
    world.known("busy", ConnectionPhase.BUSY)
    closed = []
    for _ in range(3):
        world.known("new", ConnectionPhase.BUSY)
        closed = world.closed
    assert closed == ["idle", "taking", "sending"]


def test_a_request_that_is_being_stored_is_never_closed() -> None:
    world = World(most=2)
    busy = [world.known(name, ConnectionPhase.BUSY) for name in "ab"]
    for _ in range(5):
        world.unknown_caller("new")
    world.now += 10_000.0
    world.slots.sweep()
    assert world.closed == ["new"] * 5
    assert [slot.phase for slot in busy] == [ConnectionPhase.BUSY] * 2


def test_a_full_house_of_every_size_lets_a_newcomer_in() -> None:
    for most in range(1, 40):
        world = World(most)
        for _ in range(most):
            world.known("idle")
        world.unknown_caller("new")
        assert world.closed == ["idle"], most


def test_time_runs_out_for_senders_takers_and_idlers() -> None:
    world = World(most=10)
    world.unknown_caller("sending")
    world.slots.enter(world.unknown_caller("taking"), ConnectionPhase.TAKING)
    world.known("idle")
    world.known("busy", ConnectionPhase.BUSY)
    world.now = 20.9
    world.slots.sweep()
    assert world.closed == []
    world.now = 22.0
    world.slots.sweep()
    assert world.closed == ["sending", "taking"]
    world.now = 1_000.0
    world.slots.sweep()
    assert world.closed == ["sending", "taking", "idle"]
    assert world.slots.timed_out == 3


def test_the_time_of_a_request_goes_on_when_its_callback_key_is_read() -> None:
    world = World(most=10)
    slow = world.unknown_caller("slow")
    world.now = 15.0
    world.known("quick", ConnectionPhase.SENDING)
    world.slots.recognise(slow)
    world.now = 22.0
    world.slots.sweep()
    assert world.closed == ["slow"]


def test_what_is_closed_stays_closed() -> None:
    world = World(most=1)
    gone = world.unknown_caller("gone")
    world.unknown_caller("new")
    world.slots.enter(gone, ConnectionPhase.IDLE)
    world.slots.recognise(gone)
    world.slots.leave(gone)
    world.slots.leave(gone)
    assert (world.slots.open_connections, gone.phase) == (1, ConnectionPhase.GONE)


def test_stopping_closes_idlers_and_waits_for_the_others() -> None:
    world = World(most=10)
    told: list[str] = []
    world.known("idle")
    busy = world.known("busy", ConnectionPhase.BUSY)
    unknown_caller = world.unknown_caller("unknown")
    world.slots.stop(lambda: told.append("empty"))
    assert (world.closed, world.slots.stopping) == (["idle"], True)
    world.slots.cut_unknown_callers()
    assert world.closed == ["idle", "unknown"]
    world.slots.leave(unknown_caller)
    assert told == []
    world.slots.leave(busy)
    assert told == ["empty"]


def test_stopping_an_empty_house_is_done_at_once() -> None:
    told: list[str] = []
    World().slots.stop(lambda: told.append("empty"))
    assert told == ["empty"]


def test_what_is_left_in_the_end_is_closed_and_unanswered_requests_counted() -> None:
    world = World(most=10)
    world.known("busy", ConnectionPhase.BUSY)
    world.known("taking", ConnectionPhase.TAKING)
    assert world.slots.cut_all() == 1
    assert sorted(world.closed) == ["busy", "taking"]
