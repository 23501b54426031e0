/** What a daemon says of itself and what the system says of it, at one moment. */
import { readdirSync, statSync } from 'node:fs'
import { join, relative } from 'node:path'
import { readExposition } from '@dchat/e2e'
import type { DaemonNode, Family, SeedNode } from '@dchat/e2e'

export interface Vitals {
  /** Of the machine's monotonic clock. */
  readonly atMs: number
  readonly rssBytes: number
  readonly fds: number
  /** Sockets and files that connections account for: channels, half-open ones, clients. */
  readonly connections: number
  readonly timers: number
  /** What keeps the process alive, beside timers and sockets. */
  readonly requests: number
  readonly channels: number
  /** Entries of the host registry that something is done with, and the others. */
  readonly hostsAtWork: number
  readonly hostsIdle: number
  /** Channels and dials since the start: what the idle hosts come from. */
  readonly connected: number
  /** Lengths of all host lists. */
  readonly listed: number
  readonly storedLines: number
  readonly bansMade: number
  readonly errors: number
  readonly lostLines: number
  readonly cpuSec: number
  /** Undefined in the first reading. */
  readonly delayP99Ms: number | undefined
  readonly delayMaxMs: number | undefined
  /** Bytes, by path below the home; folders left out. */
  readonly files: ReadonlyMap<string, number>
}

const SOCKETS = ['TCPSocketWrap', 'PipeWrap', 'TLSWrap', 'TCPServerWrap', 'PipeServerWrap'] as const
const AT_WORK = ['insert', 'refine', 'connect', 'connected', 'move'] as const
const IDLE = ['free', 'suspend'] as const

export async function readVitals(daemon: DaemonNode | SeedNode): Promise<Vitals> {
  const families = new Map(readExposition(await daemon.client.call('node.metrics', [])).map((family) => [family.name, family]))
  const sum = (name: string, label?: string, values?: readonly string[]): number => {
    const samples = matching(families.get(name), label, values)
    return samples.reduce((total, { value }) => total + value, 0)
  }
  const delay = (stat: string): number | undefined => {
    const [sample] = matching(families.get('dchat_event_loop_delay_seconds'), 'stat', [stat])
    return sample === undefined ? undefined : sample.value * 1_000
  }
  const resources = sum('dchat_process_resources')
  const timers = sum('dchat_process_resources', 'kind', ['Timeout'])
  const channels = sum('dchat_channels')
  return {
    atMs: performance.now(),
    rssBytes: sum('dchat_process_resident_memory_bytes'),
    fds: sum('dchat_process_open_fds'),
    connections: channels + sum('dchat_inbound_half_open') + sum('dchat_rpc_connections'),
    timers,
    requests: resources - timers - sum('dchat_process_resources', 'kind', SOCKETS),
    channels,
    hostsAtWork: sum('dchat_host_registry', 'state', AT_WORK),
    hostsIdle: sum('dchat_host_registry', 'state', IDLE),
    connected: sum('dchat_channels_opened_total') + sum('dchat_dials_total'),
    listed: sum('dchat_hosts'),
    storedLines: sum('dchat_store_messages'),
    bansMade: sum('dchat_bans_made_total'),
    errors: sum('dchat_log_lines_total', 'level', ['error']),
    lostLines: sum('dchat_log_lost_lines_total') + sum('dchat_store_lost_lines_total'),
    cpuSec: sum('dchat_process_cpu_seconds_total'),
    delayP99Ms: delay('p99'),
    delayMaxMs: delay('max'),
    files: filesBelow(daemon.home.path),
  }
}

function matching(family: Family | undefined, label?: string, values: readonly string[] = []): Family['samples'] {
  const samples = family?.samples ?? []
  return label === undefined ? samples : samples.filter(({ labels }) => values.includes(labels[label] ?? ''))
}

/** A file that goes while one looks is left out. */
function filesBelow(folder: string): Map<string, number> {
  const found = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  const paths = found.map(({ parentPath, name }) => join(parentPath, name))
  return new Map(
    paths.flatMap((path) => {
      const size = statSync(path, { throwIfNoEntry: false })?.size
      return size === undefined ? [] : [[relative(folder, path), size]]
    }),
  )
}
