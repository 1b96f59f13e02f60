"""What a client is given. It outlives the client: the bot may connect more than once."""

from __future__ import annotations

from dataclasses import dataclass, field

from ..config import Settings  # noqa: TC001
from ..editions.library import Library  # noqa: TC001
from ..store.store import Store  # noqa: TC001
from .admission.ages import Clocks  # noqa: TC001
from .admission.recent_requests import RecentRequests
from .answers.quotes import Quotes  # noqa: TC001  a dataclass's fields name them
from .moderation.keyword_channels import Keywords  # noqa: TC001
from .moderation.resting_channels import RestingChannels
from .requests.asker import Askers
from .serving.responder import Responder  # noqa: TC001


@dataclass(frozen=True, slots=True)
class Services:
    """The settings, the bank and the log, and what is known of members and places. A simulated Discord has `clocks`."""

    settings: Settings
    library: Library
    store: Store
    responder: Responder
    quotes: Quotes
    keywords: Keywords
    clocks: Clocks | None = None
    recent: RecentRequests = field(default_factory=RecentRequests)
    resting: RestingChannels = field(default_factory=RestingChannels)
    askers: Askers = field(default_factory=Askers)
