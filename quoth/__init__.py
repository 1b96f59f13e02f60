"""In a checkout `quoth` is the folder `bot/`; a wheel does not hold this, for there `bot/` itself has that name."""

import bot

__path__ = bot.__path__
__version__ = bot.__version__
