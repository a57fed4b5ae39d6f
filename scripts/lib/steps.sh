# Runs named steps one after the other and sums up. Sourced by scripts/test and scripts/check.

failed=()

step() { # NAME COMMAND ...
  local name=$1 began=$SECONDS
  shift
  printf '\n== %s\n' "$name"
  if "$@"; then
    printf '   %s: passed (%s s)\n' "$name" $((SECONDS - began))
  else
    printf '   %s: FAILED (%s s)\n' "$name" $((SECONDS - began))
    failed+=("$name")
  fi
}

finish() {
  local line
  printf '\n'
  for line in "${left_out[@]+"${left_out[@]}"}"; do echo "Left out: $line"; done
  for line in "${missing[@]+"${missing[@]}"}"; do echo "Missing: $line"; failed+=("${line%%:*}"); done
  if [ ${#failed[@]} -eq 0 ]; then
    echo "All passed in $SECONDS s."
    exit 0
  fi
  echo "Failed: $(IFS=,; echo "${failed[*]}")" >&2
  exit 1
}
