"""The verbs of asking, by who does them: keeping questionnaires, running rounds, answering, submitting, deciding."""

from throughline.kernel.rounds.services.answering import (
    add_row,
    note_opened,
    remove_row,
    replace,
    save,
    take_prefill,
)
from throughline.kernel.rounds.services.deciding import accept, give_back, reopen
from throughline.kernel.rounds.services.parts import hand_in, send_back, share_out, take_over, withdraw_part
from throughline.kernel.rounds.services.questionnaires import add_edition, keep_questionnaire
from throughline.kernel.rounds.services.running import (
    ask_also,
    ask_no_longer,
    change_round,
    close_round,
    extend,
    open_round,
    prepare,
    remind,
    reopen_round,
)
from throughline.kernel.rounds.services.submitting import ready, submit, submit_nil, take_back

__all__ = [
    "accept",
    "add_edition",
    "add_row",
    "ask_also",
    "ask_no_longer",
    "change_round",
    "close_round",
    "extend",
    "give_back",
    "hand_in",
    "keep_questionnaire",
    "note_opened",
    "open_round",
    "prepare",
    "ready",
    "remind",
    "remove_row",
    "reopen",
    "reopen_round",
    "replace",
    "save",
    "send_back",
    "share_out",
    "submit",
    "submit_nil",
    "take_back",
    "take_over",
    "take_prefill",
    "withdraw_part",
]
