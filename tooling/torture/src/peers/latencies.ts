/** How long something took, many times over. */

/** The value below which `percent` of `values` lie: the largest for few of them; NaN for none. */
export function percentile(values: readonly number[], percent: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.ceil((sorted.length * percent) / 100) - 1)] ?? Number.NaN
}

/** `0.4 / 1.2 ms of 120` */
export function latencyText(valuesMs: readonly number[]): string {
  if (valuesMs.length === 0) return 'none'
  return `${shortMs(percentile(valuesMs, 50))} / ${shortMs(percentile(valuesMs, 99))} ms`
}

export function shortMs(ms: number): string {
  return ms < 10 ? ms.toFixed(1) : ms.toFixed(0)
}
