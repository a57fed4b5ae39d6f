"""How Chinese characters are read, one syllable for each, in names of people and places.

The library's list of phrases is left out: it takes 43 MB and a third of a second at every
start, knows words but no people, and misreads some cities. What matters of it stands here.
"""

import os

os.environ.setdefault("PYPINYIN_NO_PHRASES", "1")
os.environ.setdefault("PYPINYIN_NO_DICT_COPY", "1")

from pypinyin import lazy_pinyin, load_phrases_dict, load_single_dict

CHARACTERS = {"长": "cháng", "長": "cháng", "重": "chóng"}
PLACES = {
    "佛山": "fó shān", "六安": "lù ān", "厦门": "xià mén", "喀什": "kā shí", "成都": "chéng dū",
    "昌都": "chāng dū", "蚌埠": "bèng bù", "西藏": "xī zàng",
}  # fmt: skip

load_single_dict({ord(character): reading for character, reading in CHARACTERS.items()})
load_phrases_dict({name: [[part] for part in said.split()] for name, said in PLACES.items()})


def syllables(text: str) -> list[str]:
    """One for each character, without tones, ü as it is; what it cannot read stays as it is."""
    # Its types do not know that `errors` may be a function that makes a list.
    return lazy_pinyin(text, errors=list, v_to_u=True)  # type: ignore[arg-type]
