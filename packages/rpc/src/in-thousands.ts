/**
 * A whole number with commas, such as 65,536: for texts that are put together at each start, before which it would take 6 ms and 4 MiB
 * to make the formatter of Intl.
 */
export function inThousands(count: number): string {
  return String(count).replace(/\B(?=(?:\d{3})+$)/g, ',')
}
