"""The limits Discord sets for what we send, by name.

The numbers come from Discord's developer documentation (the page is named above each group) and, where it states
them, from Discord's OpenAPI description of its API v10. Counts are characters unless the name says otherwise.
"""

# Resources › Message
CONTENT = 2000
FILE_BYTES = 10 * 1024 * 1024

# Components › Component reference; nested components count, texts are summed over a whole message
TEXTS_TOTAL = 4000
BUTTONS_IN_ROW = 5
CUSTOM_ID = 100
BUTTON_LABEL = 80
SELECT_OPTIONS = 25
SELECT_LABEL = 100
SELECT_VALUE = 100
SELECT_DESCRIPTION = 100
SELECT_PLACEHOLDER = 150

# Interactions › Application Commands
CHOICES = 25
CHOICE_NAME = 100

# Resources › Message › Message flags
FLAG_COMPONENTS_V2 = 1 << 15
