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

/** Why not all slots are filled, in words, where that is so. */
export function shortfallLines(report: NetworkReport): string[] {
  if (report.nodeTimes.ninetyNine !== undefined) return []
  const missing = report.graph.nodes - Math.round(report.nodeShare * report.graph.nodes)
  return [
    `  99 % of the nodes were not reached: ${count(missing)} nodes lack peers while ${count(report.freeInbound)} inbound places are free: these are at`,
    '  nodes that the seeking ones have not heard of, are connected to already, or found full when they tried.',
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
