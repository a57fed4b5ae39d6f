"""axe-core, the accessibility checker, run in the page as it stands."""

from pathlib import Path

from playwright.sync_api import Page

SOURCE = (Path(__file__).parent / "vendor" / "axe.min.js").read_text("utf-8")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# Only what is wrong comes back: all that is right is a hundred times as much to carry.
RUN = """async (rules) => {
  const found = await axe.run(document, {runOnly: rules, resultTypes: ["violations"]})
  return found.violations.map(
    (v) => v.id + ": " + v.nodes.map((node) => node.html.slice(0, 120)).join(" | "))
}"""


def violations(page: Page) -> list[str]:
    """The broken rules, each with the places where; an empty list is a good one."""
    page.evaluate(SOURCE + "; 0")
    return list(page.evaluate(RUN, RULES))
