"""A stand-in for Discord over real sockets: REST interface and gateway, with every fault the tests call for."""

from tests.gateway.stand_in.answering import Request, answer, refusal, slow_down
from tests.gateway.stand_in.discord import SECONDS, StandIn, running
from tests.gateway.stand_in.people import Member
from tests.gateway.stand_in.program import Program, start_program
from tests.gateway.stand_in.world import (
    ALICE,
    APPLICATION,
    BOT,
    CHANNEL,
    GUILD,
    MANAGE_GUILD,
    MAY_SPEAK,
    MESSAGE_CONTENT,
    PERSON,
    SERVER,
    TOKEN,
    made_at,
    snowflake,
)

__all__ = [
    "ALICE",
    "APPLICATION",
    "BOT",
    "CHANNEL",
    "GUILD",
    "MANAGE_GUILD",
    "MAY_SPEAK",
    "MESSAGE_CONTENT",
    "PERSON",
    "SECONDS",
    "SERVER",
    "TOKEN",
    "Member",
    "Program",
    "Request",
    "StandIn",
    "answer",
    "made_at",
    "refusal",
    "running",
    "slow_down",
    "snowflake",
    "start_program",
]
