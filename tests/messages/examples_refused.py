"""What `tests/messages/test_snapshots.py` renders; names and places are invented."""

from notifications.messages.refused import Refused, SetAside

EXAMPLES = [
    Refused(sentence="这个按钮不是给您的，或者已经失效。发送 /tasks 可查看您的任务。"),
    SetAside(number=17),
]
