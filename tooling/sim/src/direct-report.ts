/** What `pnpm sim direct` prints: figures beside what is aimed at. */
import type { DirectReport } from './direct-run.ts'
import { count, percent } from './report.ts'

export interface DirectAims {
  /** Of one core, by the node that has most to try. */
  readonly share: number
  readonly delayMs: number
  /** So many times more have to come than are tried: else nothing was shown. */
  readonly came: number
}

export const QUIET_AIMS: DirectAims = { share: 0.02, delayMs: 10_000, came: 0 }
export const FLOOD_AIMS: DirectAims = { share: 0.05, delayMs: 10_000, came: 2 }

export function directLines(report: DirectReport, aims: DirectAims): string[] {
  const { sent, opened, strayed, elsewhere, inTheClear, bans, share } = report
  const delays = report.delaysMs.toSorted((a, b) => a - b)
  const [median, last] = [delays[delays.length >> 1] ?? Number.NaN, delays.at(-1) ?? Number.NaN]
  return [
    `  ${count(report.sample)} nodes try ${count(report.triedAMinute)} of the ${count(report.cameAMinute)} direct messages that come in a minute; ${report.tryMs.toFixed(2)} ms of a core each, with 5 live box keys${verdict(report.cameAMinute >= aims.came * report.triedAMinute)}`,
    `    share of a core: mean ${percent(share.mean)}, worst node ${percent(share.worst)} (aim at most ${percent(aims.share)})${verdict(share.worst <= aims.share)}; ${report.cut} tries held a collection of all nodes' garbage, and are charged with 25 ms`,
    `  ${count(sent)} sent, ${count(opened)} read by whom they were for${verdict(opened === sent)}; by others, or twice: ${strayed + elsewhere}${verdict(strayed + elsewhere === 0)}`,
    `    from the wish to send to the line: median ${count(median)} ms, last ${count(last)} ms (aim at most ${count(aims.delayMs)})${verdict(last <= aims.delayMs)}`,
    `  words in the clear: in ${inTheClear} parcels of ${count(report.bytes / 2 ** 20)} MiB on the network${verdict(inTheClear === 0)}; bans: ${bans}${verdict(bans === 0)}`,
  ]
}

function verdict(isReached: boolean): string {
  return isReached ? '' : '   MISSED'
}
