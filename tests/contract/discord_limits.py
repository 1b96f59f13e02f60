"""Limits of Discord's that only the rules of these tests ask for; see bot/chat/limits.py for those the bot keeps."""

# Resources › Message › Embed limits; the total is over all embeds of a message
EMBEDS = 10
EMBED_TOTAL = 6000

# Components › Component reference; nested components count, texts are summed over a whole message
COMPONENTS = 40
ROWS = 5
SECTION_TEXTS = 3

# Components › Label, Text Input; Interactions › Receiving and Responding › Modal
MODAL_TITLE = 45
MODAL_ROWS = 5
FIELD_VALUE = 4000

# Interactions › Application Commands
COMMANDS = 100
CONTEXT_MENUS = 5  # of each kind; Discord itself may allow more, discord.py 2.7 does not
COMMAND_NAME = 32
COMMAND_DESCRIPTION = 100
COMMAND_OPTIONS = 25
COMMAND_TOTAL = 8000
CHOICE_VALUE = 100

# Resources › Message › Message flags
FLAG_PRIVATE = 1 << 6
