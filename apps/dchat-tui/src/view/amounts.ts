/** Amounts as the screen shows them: bytes, counts, rates, and bars of them. */

const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB'] as const

/** `812 B`, `1.4 KiB`, `27 MiB`. */
export function byteText(bytes: number): string {
  let value = bytes
  let unit = 0
  while (value >= 1_000 && unit < UNITS.length - 1) {
    value /= 1_024
    unit += 1
  }
  return `${unit === 0 || value >= 10 ? Math.round(value) : value.toFixed(1)} ${UNITS[unit]!}`
}

/** A count with its thousands apart. */
export function countText(count: number): string {
  return count.toLocaleString('en')
}

/** `0`, `0.4`, `12`: how many a second; below a twentieth it is none. */
export function rateText(perSecond: number): string {
  if (perSecond < 0.05) return '0'
  return perSecond < 10 ? perSecond.toFixed(1) : countText(Math.round(perSecond))
}

/** `3 peers`, `1 peer`. */
export function counted(count: number, noun: string): string {
  return `${countText(count)} ${noun}${count === 1 ? '' : 's'}`
}

/**
 * A bar for `value` of `max` in at most `columns`: whole steps and, where `steps` has several glyphs (the smallest first, the last
 * the whole), a part of one. What is not 0 is at least one smallest step.
 */
export function bar(value: number, max: number, options: { columns: number; steps: readonly string[] }): string {
  const { columns, steps } = options
  if (value <= 0 || max <= 0 || columns < 1) return ''
  const parts = Math.min(columns * steps.length, Math.max(1, Math.round((value / max) * columns * steps.length)))
  const rest = parts % steps.length
  return steps.at(-1)!.repeat(Math.floor(parts / steps.length)) + (rest === 0 ? '' : steps[rest - 1]!)
}
