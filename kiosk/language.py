"""Language and wording: which catalogue a sentence is looked up in.

Sentences are English in the source. `zh_CN` translates them; a second catalogue in each
language holds only the sentences that differ in the neutral wording and is laid on top.
"""

from functools import cache
from io import BytesIO
from pathlib import Path

from babel import Locale
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations
from flask import Flask, current_app, g, has_request_context, request
from flask_babel import Domain, get_locale

from kiosk.extensions import babel

FOLDER = Path(__file__).parent / "translations"
LANGUAGES = {"zh_CN": Locale("zh", "CN", "Hans"), "en": Locale("en")}
HTML = {"zh_CN": "zh-Hans-CN", "en": "en"}
COOKIE = "doorstep_language"


class Wording(Domain):
    """gettext, with the neutral wording laid over the party's where that is asked for."""

    def get_translations(self) -> NullTranslations:
        return catalogue(language(), wording())


def init_app(app: Flask) -> None:
    babel.init_app(app, locale_selector=_locale)
    babel.domain_instance = Wording()
    app.jinja_env.globals.update(
        get_locale=get_locale, language=language, html_lang=_html_lang, english=english
    )
    app.jinja_env.filters["named"] = named


def language() -> str:
    """`zh_CN` or `en`: what the visitor chose, else the setting."""
    default: str = current_app.config["KIOSK_LANGUAGE"]
    chosen = request.cookies.get(COOKIE, default) if has_request_context() else default
    return chosen if chosen in LANGUAGES else default


def named(row: object) -> str:
    """A centre's, organisation's or street's name, an event's title: in the reader's language."""
    word = "title" if hasattr(row, "title") else "name"
    return str(getattr(row, word if language() == "zh_CN" else f"{word}_en"))


def wording() -> str:
    """`party` or `neutral`. A member without the party consent gets the neutral words."""
    return str(g.get("wording") or current_app.config["KIOSK_WORDING"])


def english(sentence: str) -> str:
    """The small English line beside Chinese words, in the wording of the page."""
    return str(catalogue("en", wording()).gettext(sentence))


def card_words(party: bool) -> tuple[str, str, str]:
    """A card's title, kind and small print in the language of the installation."""
    installed = current_app.config["KIOSK_WORDING"] if party else "neutral"
    _ = catalogue(current_app.config["KIOSK_LANGUAGE"], installed).gettext
    small_print = _("For activities in this district only. It does not replace other papers.")
    return _("Doorstep"), _("Floating Member Card"), small_print


@cache
def catalogue(language: str, wording: str) -> NullTranslations:
    """Read from the .po files themselves: nothing to compile, nothing that can be stale."""
    folder = FOLDER / language / "LC_MESSAGES"
    top = _read(folder / "neutral.po", language) if wording == "neutral" else None
    bottom = _read(folder / "messages.po", language)
    if top is None:
        return bottom
    top.add_fallback(bottom)
    return top


def _read(path: Path, language: str) -> NullTranslations:
    if not path.exists():
        return NullTranslations()
    compiled = BytesIO()
    with path.open("rb") as file:
        write_mo(compiled, read_po(file, locale=LANGUAGES[language]))
    compiled.seek(0)
    return Translations(compiled)


def _locale() -> Locale:
    return LANGUAGES[language()]


def _html_lang() -> str:
    return HTML[language()]
