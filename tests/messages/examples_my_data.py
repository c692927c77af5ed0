"""What a person hears of what is kept about them."""

from notifications.messages.my_data import MyData

EXAMPLES = [
    MyData(accounts=2, messages=143, seats=6, places=4, photos=21, steps=88),
    MyData(accounts=1, messages=1, seats=0, places=0, photos=1, steps=0),
]
