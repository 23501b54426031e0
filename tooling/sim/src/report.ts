/** What `pnpm sim` prints. */
import type { EclipseReport, Hold } from './eclipse-run.ts'
import type { NetworkReport, TimesToShare } from './network-run.ts'

/** Minutes and seconds. */
export function duration(ms: number | undefined): string {
  if (ms === undefined) return 'never'
  const seconds = Math.round(ms / 1000)
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
}

export function count(value: number): string {
  return Math.round(value).toLocaleString('en-US')
}

export function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`
}

function times({ half, ninety, ninetyNine }: TimesToShare): string {
  return `50 % ${duration(half)}   90 % ${duration(ninety)}   99 % ${duration(ninetyNine)}`
}

/** @param nodes how many there are */
export function networkLines(report: NetworkReport, nodes: number): string[] {
  const { graph, byCommand } = report
  const commands = [...byCommand].sort(([, a], [, b]) => b.messages - a.messages)
  return [
    `  nodes with all outbound slots filled     ${times(report.nodeTimes)}`,
    `  from a node's start to its slots filled  ${times(report.waits)}`,
    `  outbound slots filled                    ${times(report.slotTimes)}`,
    `  after ${duration(report.tookMs)}: ${percent(report.nodeShare)} of the nodes, ${percent(report.slotShare)} of the slots; ${count(report.freeInbound)} inbound places free`,
    `  graph: ${count(graph.components)} component${graph.components === 1 ? '' : 's'}, the largest of ${count(graph.largestComponent)} nodes and diameter ${graph.diameter}; ${count(graph.edges)} pairs of peers`,
    `  messages a node: ${count(report.messages / nodes)} (${count(report.bytes / nodes / 1024)} KiB, ${count(report.dials / nodes)} dials): ${commands
      .map(([command, { messages }]) => `${command} ${count(messages / nodes)}`)
      .join(', ')}`,
  ]
}

/** What there is to say where 99 % of the nodes did not get all their slots filled. */
export function shortfallLines(report: NetworkReport, network: { nodes: number; outbound: number; inbound: number }): string[] {
  if (report.nodeTimes.ninetyNine !== undefined) return []
  const { lacking, notStarted, freeInbound } = report
  const { nodes, outbound, inbound } = network
  const reasons = [
    ...(notStarted > 0 ? [`${count(notStarted)} had not started`] : []),
    ...(nodes <= outbound ? ['a node has more slots than there are others'] : []),
    ...(inbound < outbound ? ['there are fewer inbound places than outbound slots'] : []),
  ]
  const free =
    freeInbound === 0
      ? 'No inbound place is free.'
      : `${count(freeInbound)} inbound places are free, at nodes that those who seek have not heard of or not tried yet, are connected to, or found full.`
  return [
    `  99 % of the nodes did not get there: ${count(lacking)} of ${count(nodes)} lack peers${reasons.map((reason) => `; ${reason}`).join('')}.`,
    `  ${free}`,
  ]
}

export function eclipseLine(label: string, report: EclipseReport): string {
  const restarts = report.restarted.map(({ hostileOutbound, outbound }) => `${hostileOutbound}/${outbound}`).join(' ')
  const inbound = report.restarted.map((hold) => `${hold.hostileInbound}/${hold.inbound}`).join(' ')
  return `  ${label}  ${held(report.besieged)}   ${restarts.padEnd(16)} ${inbound}`
}

function held({ hostileOutbound, outbound, hostileInbound, inbound }: Hold): string {
  return `${`${hostileOutbound}/${outbound}`.padEnd(9)} ${`${hostileInbound}/${inbound}`.padEnd(8)}`
}
