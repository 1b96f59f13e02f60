"""One cog a group of commands. A cog reads the request and hands it on; cogs do not know one another."""

from bot.chat.cogs.about import About
from bot.chat.cogs.bank import BankCommand
from bot.chat.cogs.cite import Cite
from bot.chat.cogs.components import Components
from bot.chat.cogs.menus import Menus
from bot.chat.cogs.messages import Messages
from bot.chat.cogs.periodic import Periodic
from bot.chat.cogs.quote import QuoteCommand
from bot.chat.cogs.search import Search
from bot.chat.cogs.settings import SettingsCommand
from bot.chat.cogs.sources import Sources
from bot.chat.cogs.stats import Stats
from bot.chat.cogs.timeline import TimelineCommand
from bot.chat.cogs.verify import Verify

ALL = (
    QuoteCommand,
    Search,
    Verify,
    Menus,
    TimelineCommand,
    Cite,
    Sources,
    About,
    Stats,
    SettingsCommand,
    BankCommand,
    Messages,
    Components,
    Periodic,
)
"""The cogs, in the order they are added."""
