# What the tests need beside Python: a Chromium and poppler's PDF tools. Sourced by scripts/test.

missing=()  # what cannot be had, each a sentence that says what to do

install_packages() { # PACKAGE ...: with Debian's package manager, which needs root
  [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null || return 1
  echo "Installing $* ..."
  { apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qq -y install "$@"; } >/dev/null 2>&1
}

find_chromium() {
  local name  # the first has no windows to draw, which halves the time of the tests
  for name in chromium-headless-shell chromium google-chrome google-chrome-stable chromium-browser; do
    if command -v "$name" >/dev/null; then command -v "$name"; return; fi
  done
  # Playwright's own, if somebody fetched it before.
  find "${PLAYWRIGHT_BROWSERS_PATH:-$HOME/.cache/ms-playwright}" -type f -perm -u+x \
    \( -name chrome -o -name headless_shell -o -name chrome-headless-shell \) 2>/dev/null | sort | tail -n 1
}

provide_chromium() {
  CHROMIUM=$(find_chromium)
  if [ -z "$CHROMIUM" ]; then
    install_packages chromium-headless-shell fonts-noto-cjk || install_packages chromium fonts-noto-cjk || .venv/bin/python -m playwright install chromium >/dev/null 2>&1
    CHROMIUM=$(find_chromium)
  fi
  export CHROMIUM
  [ -n "$CHROMIUM" ] || missing+=("A browser: install Chromium or Google Chrome, or run the tests as root where apt can fetch it.")
}

provide_pdf_tools() {
  local tool
  for tool in pdftoppm pdffonts pdftotext pdfinfo; do
    command -v "$tool" >/dev/null || install_packages poppler-utils
    command -v "$tool" >/dev/null && continue
    missing+=("$tool: install the package poppler-utils (Debian) or poppler (elsewhere).")
    return
  done
}
