// When a quiet screen warns, and when it forgets.

import { assisted } from "./hold.js"

// Seconds until the warning, and until the end. Times double with larger text or contrast.
export function phase({ quiet, warn }, silence, longer = assisted()) {
  const times = longer ? 2 : 1
  const left = Number(quiet) * times - silence / 1000
  return { quiet: Math.ceil(left), warn: Math.ceil(left + Number(warn) * times) }
}
