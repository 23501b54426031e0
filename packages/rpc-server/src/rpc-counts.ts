/** What a server counts of its own work since it was made: fields at hand where the work is done, read when somebody asks. */
import type { RpcError } from '@dchat/rpc'
import { DurationCounts } from '@dchat/system'
import type { CarrierKind } from './methods.ts'

export interface MethodCount {
  /** Answered with a result. */
  ok: number
  /** Answered with an error. */
  failed: number
}

/** Why somebody was turned away: kinds of errors. */
const REFUSALS = ['unauthorized', 'forbidden', 'too_many'] as const
type Refusal = (typeof REFUSALS)[number]

export class RpcCounts {
  /** From the start of a request to its answer. */
  readonly durations: DurationCounts = new DurationCounts()
  readonly opened: Record<CarrierKind, number> = { line: 0, ws: 0, sse: 0, http: 0 }
  readonly closed: Record<CarrierKind, number> = { line: 0, ws: 0, sse: 0, http: 0 }
  readonly refused: Record<Refusal, number> = { unauthorized: 0, forbidden: 0, too_many: 0 }
  readonly #methods = new Map<string, MethodCount>()

  /** The count of a method there is; `other` for all there are not. */
  of(method: string): MethodCount {
    const known = this.#methods.get(method)
    if (known !== undefined) return known
    const count = { ok: 0, failed: 0 }
    this.#methods.set(method, count)
    return count
  }

  requests(): ({ readonly method: string } & Readonly<MethodCount>)[] {
    return [...this.#methods].map(([method, count]) => ({ method, ...count }))
  }

  /** Open ones. A WebSocket and a stream of events came over a connection of HTTP, and are not counted as such while they last. */
  connections(): Record<CarrierKind, number> {
    const open = (kind: CarrierKind): number => this.opened[kind] - this.closed[kind]
    return { line: open('line'), ws: open('ws'), sse: open('sse'), http: Math.max(0, open('http') - open('ws') - open('sse')) }
  }

  /** Counts an error if it turns somebody away. */
  noteRefusal({ data }: Pick<RpcError, 'data'>): void {
    const refusal = REFUSALS.find((kind) => kind === data?.kind)
    if (refusal !== undefined) this.refused[refusal] += 1
  }
}
