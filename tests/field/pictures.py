"""Pictures made on the spot, as a phone would send them."""

from io import BytesIO

from PIL import ExifTags, Image


def a_picture(
    kind: str = "JPEG",
    *,
    size: tuple[int, int] = (64, 48),
    colour: str = "teal",
    noise: bool = False,
    taken: str = "",
    place: tuple[float, float] | None = None,
) -> bytes:
    """The bytes of one picture; `taken` and `place` go into its EXIF, north and east."""
    picture = Image.effect_noise(size, 90).convert("RGB") if noise else Image.new("RGB", size, colour)
    exif = Image.Exif()
    if taken:
        exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.DateTimeOriginal] = taken
    if place:
        gps = exif.get_ifd(ExifTags.IFD.GPSInfo)
        gps[ExifTags.GPS.GPSLatitude], gps[ExifTags.GPS.GPSLatitudeRef] = _parts(place[0]), "N"
        gps[ExifTags.GPS.GPSLongitude], gps[ExifTags.GPS.GPSLongitudeRef] = _parts(place[1]), "E"
    out = BytesIO()
    picture.save(out, kind, exif=exif)
    return out.getvalue()


def _parts(degrees: float) -> tuple[float, float, float]:
    minutes = (degrees % 1) * 60
    return (float(int(degrees)), float(int(minutes)), round((minutes % 1) * 60, 4))
