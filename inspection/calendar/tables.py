"""What no library knows, as data with its sources: the holidays of the region, and office hours.

The region has two holidays of its own (新疆维吾尔自治区人民政府令第174号): 肉孜节 has one day, 古尔邦节 three, and
their dates come by a notice each December. They are not the astronomical dates and can't be computed. This is Python
and not TOML, because this room reads no disk and the calendar must stand without a store; an installation lays newer
notices over it with `shuangsuiji calendar load` (docs/calendar.md).
"""

from datetime import date, time

from inspection.calendar.notices import EVERYWHERE, Level, Notice, OfficeHours, Season

XINJIANG = (
    Notice(
        2022,
        Level.XINJIANG,
        off=((date(2022, 5, 5), date(2022, 5, 5)), (date(2022, 7, 9), date(2022, 7, 13))),
        source="肉孜节5月3日（5月5日补休），古尔邦节7月10日：7tqp.com 所载通知",
    ),
    Notice(
        2023,
        Level.XINJIANG,
        off=((date(2023, 4, 21), date(2023, 4, 21)), (date(2023, 6, 28), date(2023, 6, 30))),
        source="肉孜节4月22日，古尔邦节6月29日：meili43.com 所载通知",
    ),
    Notice(
        2025,
        Level.XINJIANG,
        off=((date(2025, 3, 29), date(2025, 3, 31)), (date(2025, 6, 6), date(2025, 6, 10))),
        source="肉孜节3月31日，古尔邦节6月6日：mnw.cn、tkx.gov.cn 所载通知",
    ),
    Notice(
        2026,
        Level.XINJIANG,
        off=((date(2026, 3, 20), date(2026, 3, 22)), (date(2026, 5, 27), date(2026, 5, 31))),
        source="肉孜节3月21日，古尔邦节5月27日：v.alkuyi.com 所载通知（维吾尔文）",
    ),
)

_OF_THE_REGION = (
    "自治区2022、2023年作息时间（7tqp.com、meili43.com 所载）；博州各县市的未查到，为默认值，请核对"
)

OFFICE_HOURS = (
    OfficeHours(
        EVERYWHERE,
        (
            Season((5, 1), (9, 30), ((time(10), time(14)), (time(16), time(20))), _OF_THE_REGION),
            Season((10, 1), (4, 30), ((time(10), time(14)), (time(15, 30), time(19, 30))), _OF_THE_REGION),
        ),
    ),
)
