"""The echo bot of python-telegram-bot as its users write it: `bare_ptb.py <api url> <token>`. It stores nothing."""

import sys
from typing import Any

from telegram import Update
from telegram.ext import Application, MessageHandler, filters


async def echo(update: Update, _context: Any) -> None:
    if update.message is not None:
        await update.message.reply_text(update.message.text or "")


if __name__ == "__main__":
    url, token = sys.argv[1:]
    builder = Application.builder().token(token).base_url(f"{url}/bot").base_file_url(f"{url}/file/bot")
    application = builder.build()
    application.add_handler(MessageHandler(filters.TEXT, echo))
    application.run_polling()
