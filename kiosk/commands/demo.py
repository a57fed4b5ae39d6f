"""`kiosk demo`: the fictional demo."""


def at_start() -> None:
    """Replaced within the hour by the demo's loader."""
