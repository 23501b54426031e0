/** Who is working on which host. Facts: docs/node.md, *Hosts*, the registry. */
import type { Clock } from '@dchat/system'
import { NetError } from '../errors.ts'
import { HOST_LIMITS } from './host-limits.ts'
import { isAllowedMove } from './host-state.ts'
import type { HostState } from './host-state.ts'

interface Active<T> {
  readonly state: HostState
  readonly held: T | undefined
}

interface Idle {
  readonly state: 'free' | 'suspend'
  readonly sinceMs: number
}

/**
 * The state of every host, by canonical URL; one that was never named is free. `T` is what a connected host holds.
 * Hosts at work are bounded by the slots and channels of their users. Idle ones (free, suspended) are dropped after a day
 * and above 20,000, oldest first: a suspended host that the grey list no longer holds would otherwise stay for ever.
 */
export class HostRegistry<T> {
  readonly #clock: Clock
  readonly #active = new Map<string, Active<T>>()
  /** In order of `sinceMs`. */
  readonly #idle = new Map<string, Idle>()
  readonly #counts: Record<HostState, number> = { insert: 0, refine: 0, connect: 0, connected: 0, suspend: 0, move: 0, free: 0 }

  /** @internal */
  constructor(deps: { clock: Clock }) {
    this.#clock = deps.clock
  }

  /** The state of a host; `free` for one that was never named. */
  stateOf(url: string): HostState {
    return this.#active.get(url)?.state ?? this.#idle.get(url)?.state ?? 'free'
  }

  /** @internal */
  canMove(url: string, to: HostState): boolean {
    return isAllowedMove(this.stateOf(url), to)
  }

  /**
   * Puts a host into another state. What it held is given up unless the new state is `connected`.
   * @param held - what the host holds from now on; needed for `connected`, ignored otherwise.
   * @throws NetError NET_HOST_STATE_BLOCKED when the table does not allow the move; nothing has changed then.
   * @internal
   */
  move(url: string, to: HostState, held?: T): void {
    const from = this.stateOf(url)
    if (!isAllowedMove(from, to)) throw new NetError('NET_HOST_STATE_BLOCKED', { url, from, to })
    if (to === 'connected' && held === undefined) throw new TypeError('a connected host holds something')
    this.#forget(url)
    this.#counts[to] += 1
    if (to === 'free' || to === 'suspend') {
      this.#idle.set(url, { state: to, sinceMs: this.#clock.monotonicMs() })
      this.prune()
      return
    }
    this.#active.set(url, { state: to, held: to === 'connected' ? held : undefined })
  }

  /** As `move`, but answers false instead of throwing when the table does not allow it. @internal */
  tryMove(url: string, to: HostState, held?: T): boolean {
    if (!this.canMove(url, to)) return false
    this.move(url, to, held)
    return true
  }

  /** What a connected host holds; undefined for one that is not connected. */
  held(url: string): T | undefined {
    return this.#active.get(url)?.held
  }

  /** Every connected host with what it holds, the one connected longest first. Hosts may be moved meanwhile. */
  *connected(): Generator<[url: string, held: T]> {
    for (const [url, entry] of this.#active) {
      if (entry.state === 'connected') yield [url, entry.held as T]
    }
  }

  /** Every host in a state other than free and suspend. Hosts may be moved meanwhile. */
  *urlsIn(state: Exclude<HostState, 'free' | 'suspend'>): Generator<string> {
    for (const [url, entry] of this.#active) if (entry.state === state) yield url
  }

  /** How many hosts are in a state; of free ones, those that have not been pruned. */
  countIn(state: HostState): number {
    return this.#counts[state]
  }

  /** Frees every suspended host. @returns how many there were. @internal */
  freeSuspended(): number {
    const suspended = [...this.#idle].filter(([, idle]) => idle.state === 'suspend')
    for (const [url] of suspended) this.move(url, 'free')
    return suspended.length
  }

  /**
   * Drops idle hosts older than a day, and the oldest of more than 20,000 until 18,000 are left. Done by itself whenever a
   * host becomes idle; costs no more than what it drops.
   * @returns how many.
   * @internal
   */
  prune(): number {
    const tooOld = this.#clock.monotonicMs() - HOST_LIMITS.REGISTRY_IDLE_MAX_AGE_MS.value
    const isFull = this.#idle.size > HOST_LIMITS.REGISTRY_IDLE_MAX.value
    const before = this.#idle.size
    for (const [url, idle] of this.#idle) {
      const isSurplus = isFull && this.#idle.size > HOST_LIMITS.REGISTRY_IDLE_KEPT.value
      if (!isSurplus && idle.sinceMs >= tooOld) break
      this.#forget(url)
    }
    return before - this.#idle.size
  }

  #forget(url: string): void {
    const entry = this.#active.get(url) ?? this.#idle.get(url)
    if (entry === undefined) return
    this.#counts[entry.state] -= 1
    this.#active.delete(url)
    this.#idle.delete(url)
  }
}
