/** What `pnpm sim posts` and `pnpm sim partition` print: figures beside what is aimed at. */
import type { CatchUpReport } from './catch-up-run.ts'
import type { PartitionReport } from './partition-run.ts'
import type { PostsReport, SizeReport, Spread } from './posts-run.ts'
import { count, duration, percent } from './report.ts'

/** Above this a post goes whole to some and as an id to the others: docs/chat.md, *Relay*. */
const WHOLE_MAX_BYTES = 1_024
const AIMS = { wholeCopies: 16, someCopies: 6, convergeMs: 15 * 60_000, catchUpMs: 5_000 }

function verdict(isReached: boolean): string {
  return isReached ? '' : '   MISSED'
}

/** What there is to say at the end. */
export function postsLines(report: PostsReport): string[] {
  const { graph, channels, starts, nodes, bans } = report
  return [
    `  graph: ${count(graph.components)} component${graph.components === 1 ? '' : 's'}, the largest of ${count(graph.largestComponent)} nodes and diameter ${graph.diameter}; channels a node: median ${channels.median}, most ${channels.worst}`,
    `  history (rooms, page, pageend, sync): ${count(report.historyBytes)} bytes a node and minute; ${count(starts)} starts of ${count(nodes)} nodes; bans: ${bans}${verdict(bans === 0)}`,
    `  churn and faults ended: all nodes offer the same ids after ${duration(report.equalMs)}${verdict(report.equalMs !== undefined)}`,
  ]
}

/** Of one size, as it is done. */
export function sizeLines(size: SizeReport): string[] {
  const { bytes, posts, online, reached, late, copies } = size
  const aim = bytes <= WHOLE_MAX_BYTES ? AIMS.wholeCopies : AIMS.someCopies
  const missed = online - reached - late
  return [
    `  ${count(posts)} posts of ${count(bytes)} B: ${percent(reached / online)} of the nodes online had each within 10 s; later ${late}, never ${missed}${verdict(missed === 0)}`,
    `    hops ${shown(size.hops)}; delay ${shown(size.delayMs)} ms`,
    `    whole copies a node: mean ${copies.mean.toFixed(1)} (aim at most ${aim})${verdict(copies.mean <= aim)}, most ${copies.worst}; ${count(size.bytesANode)} bytes a node, have ${size.haves.toFixed(1)}, want ${size.wants.toFixed(1)}`,
  ]
}

function shown({ median, worst }: Spread): string {
  return `median ${count(median)}, worst ${count(worst)}`
}

export function partitionLines(report: PartitionReport): string[] {
  const { held, firstLinkMs, convergedMs, posts, allEqualMs, bans, bytesANode } = report
  const isConverged = convergedMs !== undefined && convergedMs <= AIMS.convergeMs
  const commands = [...bytesANode].filter(([, bytes]) => bytes >= 1).sort(([, a], [, b]) => b - a)
  return [
    `  held at the healing: ${count(held[0])} and ${count(held[1])} posts; first peers across after ${duration(firstLinkMs)}`,
    `  all nodes that were up offered the same ${count(posts)} ids after ${duration(convergedMs)} (aim at most ${duration(AIMS.convergeMs)})${verdict(isConverged)}`,
    `  KiB a node meanwhile: ${commands.map(([command, bytes]) => `${command} ${count(bytes / 1024)}`).join(', ')}; bans: ${bans}${verdict(bans === 0)}`,
    `  churn and faults ended: all nodes, also those that had been down, after ${duration(allEqualMs)}${verdict(allEqualMs !== undefined)}`,
  ]
}

export function catchUpLines(report: CatchUpReport): string[] {
  const { posts, tookMs, newestMs, byCommand, roundTripMs } = report
  const sums = ['post', 'want', 'page', 'pageend', 'sync', 'rooms', 'have'].flatMap((command) => {
    const sum = byCommand.get(command)
    return sum === undefined || sum.messages === 0 ? [] : [`${command} ${count(sum.messages)} (${count(sum.bytes / 1024)} KiB)`]
  })
  return [
    `  away for a day, ${count(posts)} posts missed, one link of ${roundTripMs} ms there and back: the newest after ${(newestMs / 1000).toFixed(2)} s, all after ${(tookMs / 1000).toFixed(1)} s (aim ${AIMS.catchUpMs / 1000})${verdict(tookMs <= AIMS.catchUpMs)}`,
    `  messages: ${sums.join(', ')}`,
  ]
}
