/** Figures of the process, and of its log. */
import { readdirSync } from 'node:fs'
import { monitorEventLoopDelay, performance } from 'node:perf_hooks'
import type { DaemonLogger } from '../logging.ts'
import { byLabel } from './metric.ts'
import type { Labels, Metric, Sample } from './metric.ts'

type DelayHistogram = ReturnType<typeof monitorEventLoopDelay>

export interface ProcessFacts {
  /** Of the program: version, commit. */
  readonly build: Labels
  readonly log: Pick<DaemonLogger, 'lineCounts' | 'lostLines'>
}

/** The event loop is looked at so often, once metrics were asked for: a delay below that is not seen. */
const DELAY_RESOLUTION_MS = 20

const NS_PER_SEC = 1e9
const US_PER_SEC = 1e6

export function processMetrics({ build, log }: ProcessFacts): Metric[] {
  return [...buildMetrics(build), ...resourceMetrics(), ...eventLoopMetrics(), ...logMetrics(log)]
}

function buildMetrics(build: Labels): Metric[] {
  return [
    {
      name: 'dchat_build_info',
      type: 'gauge',
      help: 'Always 1; what runs is in the labels.',
      labels: [...Object.keys(build), 'node'],
      read: () => [{ labels: { ...build, node: process.version }, value: 1 }],
    },
    { name: 'dchat_uptime_seconds', type: 'gauge', help: 'Since the process started.', read: () => process.uptime() },
  ]
}

function resourceMetrics(): Metric[] {
  return [
    {
      name: 'dchat_process_cpu_seconds_total',
      type: 'counter',
      help: 'Processor time used.',
      labels: ['mode'],
      read: () => {
        const { user, system } = process.cpuUsage()
        return byLabel('mode', { user: user / US_PER_SEC, system: system / US_PER_SEC })
      },
    },
    {
      name: 'dchat_process_resident_memory_bytes',
      type: 'gauge',
      help: 'Memory of the process.',
      read: () => process.memoryUsage.rss(),
    },
    {
      name: 'dchat_process_heap_bytes',
      type: 'gauge',
      help: 'Memory of the JavaScript heap, and of buffers beside it.',
      labels: ['kind'],
      read: () => {
        const { heapUsed, heapTotal, external } = process.memoryUsage()
        return byLabel('kind', { used: heapUsed, total: heapTotal, external })
      },
    },
    { name: 'dchat_process_open_fds', type: 'gauge', help: 'Open files and sockets.', read: countOpenFiles },
    {
      name: 'dchat_process_resources',
      type: 'gauge',
      help: 'What keeps the process alive: timers, sockets, requests of the system, by the names Node has for them.',
      labels: ['kind'],
      read: countResources,
    },
  ]
}

function eventLoopMetrics(): Metric[] {
  let delay: DelayHistogram | undefined
  return [
    {
      name: 'dchat_event_loop_delay_seconds',
      type: 'gauge',
      help: 'How late timers were since the figures were last asked for; nothing at first.',
      labels: ['stat'],
      read: () => {
        if (delay !== undefined) return readDelay(delay)
        delay = monitorEventLoopDelay({ resolution: DELAY_RESOLUTION_MS })
        delay.enable()
        return []
      },
    },
    {
      name: 'dchat_event_loop_busy_seconds_total',
      type: 'counter',
      help: 'Time the event loop did not wait.',
      read: () => performance.eventLoopUtilization().active / 1000,
    },
  ]
}

/** It measures from tick to tick: what is above the resolution is delay. */
function readDelay(delay: DelayHistogram): Sample[] {
  const seconds = (ns: number): number => Math.max(0, ns / NS_PER_SEC - DELAY_RESOLUTION_MS / 1000)
  if (delay.count === 0) return []
  const samples = byLabel('stat', {
    mean: seconds(delay.mean),
    p99: seconds(delay.percentile(99)),
    p999: seconds(delay.percentile(99.9)),
    max: seconds(delay.max),
  })
  delay.reset()
  return samples
}

function logMetrics(log: ProcessFacts['log']): Metric[] {
  return [
    {
      name: 'dchat_log_lines_total',
      type: 'counter',
      help: 'Log lines by level.',
      labels: ['level'],
      read: () => byLabel('level', log.lineCounts),
    },
    {
      name: 'dchat_log_lost_lines_total',
      type: 'counter',
      help: 'Log lines that could not be written.',
      read: () => log.lostLines,
    },
  ]
}

/** Timers that are to let the process end are not among them. */
function countResources(): Sample[] {
  const counts: Record<string, number> = { Timeout: 0, TCPSocketWrap: 0 }
  for (const kind of process.getActiveResourcesInfo()) counts[kind] = (counts[kind] ?? 0) + 1
  return byLabel('kind', counts)
}

/** Linux tells them in a folder; nothing where there is none. */
function countOpenFiles(): Sample[] {
  try {
    return [{ labels: {}, value: readdirSync('/proc/self/fd').length - 1 }] // without the one that reads
  } catch {
    return []
  }
}
