// Five short sounds, made here: no files. Chromium plays none before the first touch
// unless it is started with --autoplay-policy=no-user-gesture-required.

const NOTES = {
  good: [[660, 0.11], [880, 0.11]],
  again: [[660, 0.14]],
  kept: [[587, 0.14]],
  ask: [[392, 0.14], [330, 0.2]],
  stop: [[392, 0.14], [330, 0.14], [262, 0.24]],
}

let speaker

export function schedule(sound) {
  let at = 0
  return (NOTES[sound] ?? []).map(([pitch, length]) => {
    const note = { pitch, at, length }
    at += length
    return note
  })
}

export function play(sound) {
  const Speaker = globalThis.AudioContext
  if (!Speaker || !NOTES[sound]) return
  speaker ??= new Speaker()
  speaker.resume?.()
  for (const { pitch, at, length } of schedule(sound)) tone(speaker, pitch, speaker.currentTime + at, length)
}

function tone(context, pitch, at, length) {
  const source = context.createOscillator()
  const volume = context.createGain()
  source.frequency.value = pitch
  volume.gain.setValueAtTime(0.2, at)
  volume.gain.exponentialRampToValueAtTime(0.001, at + length)
  source.connect(volume).connect(context.destination)
  source.start(at)
  source.stop(at + length)
}
