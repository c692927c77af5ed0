"""The Bot API's numbers, written down from its documentation; `test_fake_limits.py` holds them against a library's."""

TEXT = 4096
CAPTION = 1024
CALLBACK_DATA = 64
CALLBACK_ANSWER = 200
ALBUM = 10
BUTTONS = 100
UPDATES_AT_ONCE = 100
LONGEST_POLL = 50
COMMANDS = 100
COMMAND = 32
COMMAND_DESCRIPTION = 256
SECRET_TOKEN = 256
WEBHOOK_CONNECTIONS = 40
MOST_WEBHOOK_CONNECTIONS = 100

DOWNLOAD = 20_000_000
"""The documentation says 20 MB; the server refuses from 20 << 20 on. The smaller is held, so that both are kept."""
UPLOAD = 50_000_000
PHOTO_UPLOAD = 10_000_000
PHOTO_SIDES = 10_000
"""Width and height together."""
PHOTO_RATIO = 20

PER_SECOND = 30
PER_SECOND_IN_A_CHAT = 1
PER_MINUTE_IN_A_GROUP = 20
BURST_IN_A_CHAT = 3
"""Short bursts are let through, says the FAQ, without a number."""

CALLBACK_LIFE = 15.0
"""Seconds in which a pressed button can be answered. Telegram names no number; bots report some fifteen seconds."""
FILE_LINK_LIFE = 3600.0
UPDATE_LIFE = 24 * 3600.0
DELETABLE_FOR = 48 * 3600.0
WEBHOOK_LONGEST_DELAY = 60.0
