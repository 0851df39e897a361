import numpy as np

from solamen.camera.slot import FrameSlot
from solamen.core.frames import Frame


def frame(sequence: int) -> Frame:
    return Frame(np.zeros((2, 2, 3), np.uint8), float(sequence), 0, sequence)


def test_the_reader_gets_the_newest_frame_and_the_rest_counts_as_dropped():
    slot = FrameSlot()
    for sequence in range(3):
        slot.put(frame(sequence))
    taken = slot.take(timeout_s=0.0)
    assert taken is not None
    assert taken.sequence == 2
    assert (slot.frames, slot.taken, slot.dropped) == (3, 1, 2)


def test_a_frame_is_taken_once():
    slot = FrameSlot()
    slot.put(frame(0))
    slot.take(timeout_s=0.0)
    assert slot.take(timeout_s=0.0) is None
    assert slot.taken == 1


def test_a_closed_slot_lets_the_reader_go_at_once():
    slot = FrameSlot()
    slot.close()
    assert slot.take(timeout_s=1000.0) is None


def test_a_slot_that_is_opened_again_forgets_what_was_in_it():
    slot = FrameSlot()
    slot.put(frame(0))
    slot.close()
    slot.open()
    assert slot.take(timeout_s=0.0) is None
