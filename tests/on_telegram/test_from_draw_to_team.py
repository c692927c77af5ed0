"""From the draw to a confirmed team, as Telegram shows it: the tests of that journey, on the town of this folder.

Every phone lists what it must hear, the clock is moved by hand, and a message that nobody expected fails the test.
"""

from tests.journeys.test_from_draw_to_team import *  # noqa: F403
