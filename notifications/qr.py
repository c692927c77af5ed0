"""QR codes for papers and chats: error correction M, a quiet zone of four, black on white."""

from io import BytesIO

import segno


def qr_svg(text: str) -> bytes:
    """For a paper: a drawing that stays sharp in print. The same text gives the same bytes."""
    out = BytesIO()
    segno.make(text, error="m", micro=False).save(out, kind="svg", border=4, light="white", xmldecl=False)
    return out.getvalue()


def qr_png(text: str) -> bytes:
    """For a screen that somebody holds in front of another phone: at least 500 pixels wide."""
    made = segno.make(text, error="m", micro=False)
    out = BytesIO()
    scale = -(-500 // made.symbol_size(scale=1, border=4)[0])
    made.save(out, kind="png", scale=scale, border=4)
    return out.getvalue()
