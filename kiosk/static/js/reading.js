// Time and date as the visitor reads them.

export function reading(now, lang, timeZone) {
  const time = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", timeZone }).format(now)
  const day = { month: "long", day: "numeric", weekday: "long", timeZone }
  return { time, date: new Intl.DateTimeFormat(lang, day).format(now).replace(/日(?=星)/, "日 ") }
}
