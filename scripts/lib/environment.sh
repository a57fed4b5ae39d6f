# Makes .venv from a lock: once, and again when the lock or the folder has changed. Sourced by
# the scripts, in the project's folder.

make_environment() { # LOCK
  made_from "$1" && return
  # The longer lock holds everything that the shorter one does.
  [ "$1" = requirements.lock ] && made_from requirements-dev.lock && return
  local python
  python=$(newest_python)
  if ! command -v uv >/dev/null; then check_python "$python" || return; fi
  echo "Making the environment in .venv; this happens once."
  rm -rf .venv
  if command -v uv >/dev/null; then fill_with_uv "$1" "$python"; else fill_with_pip "$1" "$python"; fi
  if [ $? -ne 0 ]; then
    echo "The environment could not be made: see above. Is the network there?" >&2
    return 1
  fi
  stamp "$1" > .venv/made-from
}

made_from() { # LOCK: is .venv whole, and was it made in this folder from this lock?
  [ -x .venv/bin/kiosk ] && stamp "$1" | cmp -s - .venv/made-from && .venv/bin/python -c ''
}

stamp() { # LOCK
  pwd -P
  cat "$1"
}

newest_python() { # prints nothing where there is none that will do
  local found names
  names=$(IFS=:; set -f; for folder in $PATH; do ls "$folder" 2>/dev/null; done)
  names=$(grep -E '^python3(\.[0-9]+)?$' <<< "$names" | sort -u)
  for found in $names; do
    "$found" -c 'import sys
if sys.version_info >= (3, 11): print(sys.version_info[1], sys.executable)' 2>/dev/null
  done | sort -rn | head -n 1 | cut -d ' ' -f 2-
}

check_python() { # PYTHON: says what is missing
  if [ -z "$1" ]; then
    echo "Doorstep needs Python 3.11 or newer, and there is none here. Install it (on Debian:" >&2
    echo "apt install python3 python3-venv) or install uv, then start this again." >&2
    return 1
  fi
  if ! "$1" -c 'import ensurepip, venv' 2>/dev/null; then
    echo "$1 comes without its module venv. Install that (on Debian: apt install" >&2
    echo "python3-venv) or install uv, then start this again." >&2
    return 1
  fi
}

fill_with_uv() { # LOCK PYTHON
  uv venv --quiet --python "${2:->=3.11}" .venv &&
    uv pip sync --quiet --python .venv/bin/python --require-hashes --only-binary :all: "$1" &&
    uv pip install --quiet --python .venv/bin/python --offline --no-deps --no-build-isolation -e .
}

fill_with_pip() { # LOCK PYTHON
  "$2" -m venv .venv &&
    pip_install --require-hashes --only-binary :all: -r "$1" &&
    pip_install --no-index --no-deps --no-build-isolation -e .
}

pip_install() {
  .venv/bin/python -m pip --quiet --disable-pip-version-check install "$@"
}
