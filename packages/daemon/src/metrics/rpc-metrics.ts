/** Figures of the RPC server. */
import type { DurationCounts } from '@dchat/system'
import { byLabel } from './metric.ts'
import type { Metric } from './metric.ts'

/** What the RPC server counts. */
export interface RpcFigures {
  /** Requests that were answered, by method; those of methods there are not are `other`. */
  requests(): readonly { readonly method: string; readonly ok: number; readonly failed: number }[]
  /** From a request's start to its answer. */
  readonly durations: DurationCounts
  /** Open connections by what carries them. */
  connections(): Readonly<Record<string, number>>
  /** Connections since the start, by what carries them. */
  readonly opened: Readonly<Record<string, number>>
  /** Callers and requests turned away, by why. */
  readonly refused: Readonly<Record<string, number>>
}

export function rpcMetrics(rpc: RpcFigures): Metric[] {
  return [
    {
      name: 'dchat_rpc_requests_total',
      type: 'counter',
      help: 'RPC requests answered; "other" are methods there are not.',
      labels: ['method', 'outcome'],
      read: () =>
        rpc.requests().flatMap(({ method, ok, failed }) => [
          { labels: { method, outcome: 'ok' }, value: ok },
          { labels: { method, outcome: 'error' }, value: failed },
        ]),
    },
    {
      name: 'dchat_rpc_request_seconds',
      type: 'histogram',
      help: 'From the start of an RPC request to its answer; long polls and p2p.connect wait on purpose.',
      read: () => rpc.durations,
    },
    {
      name: 'dchat_rpc_connections',
      type: 'gauge',
      help: 'Open RPC connections by carrier.',
      labels: ['carrier'],
      read: () => byLabel('carrier', rpc.connections()),
    },
    {
      name: 'dchat_rpc_connections_opened_total',
      type: 'counter',
      help: 'RPC connections since the start by carrier.',
      labels: ['carrier'],
      read: () => byLabel('carrier', rpc.opened),
    },
    {
      name: 'dchat_rpc_refused_total',
      type: 'counter',
      help: 'Callers and requests turned away: without credentials, without rights, too often, or above a bound.',
      labels: ['reason'],
      read: () => byLabel('reason', rpc.refused),
    },
  ]
}
