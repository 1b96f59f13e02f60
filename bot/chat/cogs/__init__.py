"""One cog a group of commands. A cog reads the request and hands it on; cogs do not know one another."""

from .about import About
from .bank import BankCommand
from .cite import Cite
from .components import Components
from .help import Help
from .menus import Menus
from .messages import Messages
from .periodic import Periodic
from .quote import QuoteCommand
from .search import Search
from .settings import SettingsCommand
from .sources import Sources
from .stats import Stats
from .timeline import TimelineCommand
from .verify import Verify

ALL = (
    QuoteCommand,
    Search,
    Verify,
    Menus,
    TimelineCommand,
    Cite,
    Sources,
    Help,
    About,
    Stats,
    SettingsCommand,
    BankCommand,
    Messages,
    Components,
    Periodic,
)
"""The cogs, in the order they are added."""
