// Numbers and names that make a scan one of a kind.

// crypto.randomUUID is missing on plain http, which is what a kiosk on a LAN may speak.
export function uuid(bytes = crypto.getRandomValues(new Uint8Array(16))) {
  bytes[6] = (bytes[6] & 0x0f) | 0x40
  bytes[8] = (bytes[8] & 0x3f) | 0x80
  return hex(bytes).replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-")
}

export function hex(bytes) {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("")
}

// The numbering of this device's scans: 1, 2, 3 … within one life of its storage.
// A new epoch tells the server that an older storage was lost.
export function next(storage, fresh = () => hex(crypto.getRandomValues(new Uint8Array(8)))) {
  if (!storage.getItem("doorstep_epoch")) {
    storage.setItem("doorstep_epoch", fresh())
    storage.setItem("doorstep_seq", "0")
  }
  const seq = Number(storage.getItem("doorstep_seq")) + 1
  storage.setItem("doorstep_seq", String(seq))
  return { epoch: storage.getItem("doorstep_epoch"), seq }
}

// RFC 3339 with this machine's offset.
export function wall(date, offset = -date.getTimezoneOffset()) {
  const there = new Date(date.getTime() + offset * 60_000).toISOString().slice(0, -1)
  const minutes = Math.abs(offset)
  const two = (number) => String(number).padStart(2, "0")
  return `${there}${offset < 0 ? "-" : "+"}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`
}
