"""The two streets, their stations and houses. City and streets are invented; only the region codes are real,
because a code that the register does not know could not be looked up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from jobs.demo.chance import Chance
from jobs.demo.names import CITY, DISTRICT
from matcher.storage.enterprises import Building, Station

MAIN: Final = "WJ"
SECOND: Final = "LD"
MAIN_REGION: Final = "340802001"
SECOND_REGION: Final = "340802004"


_ROOMS: Final = 24
_SHOPS: Final = 90


@dataclass(frozen=True)
class House:
    """A tower or a row of shops: what people call it, where it stands, how many floors are let."""

    building_id: str
    name: str
    nick: str
    road: str
    number: int
    floors: int
    station_id: str
    region_code: str
    latitude: float
    longitude: float

    @property
    def is_street(self) -> bool:
        """A row of shops has two floors at most."""
        return self.floors <= 2

    def row(self) -> Building:
        """The house as a row."""
        return Building(
            building_id=self.building_id,
            name=self.name,
            region_code=self.region_code,
            address=self.street_address(),
            latitude=self.latitude,
            longitude=self.longitude,
            station_id=self.station_id,
        )

    def street_address(self) -> str:
        """Road and number with city and district."""
        return f"{CITY}市{DISTRICT}{self.road}{self.number}号"

    def address(self, floor: int, room: int) -> str:
        """The address of one firm in it."""
        if self.is_street:
            return (
                f"{CITY}市{DISTRICT}{self.road}{self.number + 2 * room}号{'二楼' if floor == 2 else '商铺'}"
            )
        return f"{self.street_address()}{self.name}{floor}层{floor}{room:02d}室"


TOWERS: Final = (
    House("WJ-A", "望江国际中心", "国际中心", "望江大道", 18, 32, MAIN, MAIN_REGION, 30.5121, 117.0468),
    House("WJ-B", "江畔商务大厦", "江畔大厦", "望江大道", 66, 26, MAIN, MAIN_REGION, 30.5134, 117.0495),
    House("WJ-C", "云汀科创楼", "科创楼", "堤口路", 9, 18, MAIN, MAIN_REGION, 30.5098, 117.0511),
)
STREET: Final = House("WJ-D", "长堤商业街", "长堤街", "长堤街", 101, 2, MAIN, MAIN_REGION, 30.5112, 117.0489)
SECOND_HOUSE: Final = House(
    "LD-A", "柳渡创意园", "创意园", "柳渡路", 203, 6, SECOND, SECOND_REGION, 30.5257, 117.0322
)
HOUSES: Final = (*TOWERS, STREET, SECOND_HOUSE)


def stations() -> list[Station]:
    """New rows of the two stations."""
    return [
        Station(station_id=MAIN, name="望江街道企业服务站（演示）", region_code=MAIN_REGION),
        Station(station_id=SECOND, name="柳渡街道企业服务站（演示）", region_code=SECOND_REGION),
    ]


class Rooms:
    """Lets every room once."""

    def __init__(self, chance: Chance) -> None:
        self._chance = chance
        self._let: set[tuple[str, int, int]] = set()

    def let(self, house: House, *, ground: bool, front: bool) -> tuple[int, int]:
        """A free floor and room. `ground`: on the first two floors, as shops are; `front`: on the first."""
        while True:
            floor = 1 if front else self._floor(house, ground)
            room = self._chance.between(1, _SHOPS if house.is_street else _ROOMS)
            if (house.building_id, floor, room) not in self._let:
                self._let.add((house.building_id, floor, room))
                return floor, room

    def _floor(self, house: House, ground: bool) -> int:
        if ground:
            return 1 if self._chance.happens(0.75) else 2
        return self._chance.between(3, house.floors)
