/**
 * Asks for the state of the network and follows its events as long as the network view is open, on whichever link there is. Costs
 * nothing while it is closed.
 */
import { isCallFailure, isRpcError } from '@dchat/rpc'
import { sleep } from '@dchat/system'
import type { Clock } from '@dchat/system'
import { MAX_NET_EVENTS, NET_EVENTS_PAUSE_MS, NET_POLL_MS } from '../limits.ts'
import { EMPTY_NET } from '../network/net-status.ts'
import type { NetEvent, NetStatus } from '../network/net-status.ts'
import { withNetEvents, withStatus } from '../network/reduce-net.ts'
import type { ChatSession } from '../session/chat-session.ts'
import { toDnetEvent, toNetEvent } from '../session/net-events.ts'
import { readPartialNetwork, readWholeNetwork } from '../session/read-network.ts'
import type { Store } from '../state/store.ts'
import { StateWatcher } from './state-watcher.ts'

export interface NetWatchDeps {
  readonly store: Store
  readonly session: Pick<ChatSession, 'call' | 'onNotification'>
  readonly clock: Clock
  /** Told of a bug. */
  readonly onFailure: (error: unknown) => void
}

export class NetWatch extends StateWatcher<NetWatchDeps> {
  #running: AbortController | undefined
  #events: NetEvent[] = []
  /** Whether the daemon of this link has no `net.status`. */
  #isOld = false

  /** Idempotent. */
  override stop(): void {
    super.stop()
    this.#running?.abort()
    this.#running = undefined
  }

  protected override look(): void {
    const { store } = this.deps
    const { overlay, net, link } = store.state
    const isOpen = overlay?.kind === 'net'
    const isWanted = isOpen && link.at === 'ready'
    if (!isWanted && this.#running !== undefined) {
      this.#running.abort()
      this.#running = undefined
    }
    if (isOpen && net === null) store.dispatch({ type: 'net', net: EMPTY_NET })
    else if (!isOpen && net !== null) store.dispatch({ type: 'net', net: null })
    else if (isWanted && this.#running === undefined) {
      const running = new AbortController()
      this.#running = running
      this.#run(running.signal).catch((error: unknown) => {
        if (!running.signal.aborted) this.deps.onFailure(error)
      })
    }
  }

  /** Until the view is closed or the link is lost. */
  async #run(signal: AbortSignal): Promise<void> {
    const { clock } = this.deps
    const stopFollowing = this.#follow(signal)
    try {
      this.#isOld = false
      while (!signal.aborted) {
        const status = await this.#read()
        if (signal.aborted) return
        if (status !== null) this.#show(status)
        await sleep(clock, NET_POLL_MS, signal)
      }
    } catch (error) {
      if (!signal.aborted) throw error
    } finally {
      await stopFollowing()
    }
  }

  /** Null when the daemon did not answer, which the link finds out about. */
  async #read(): Promise<NetStatus | null> {
    const { session } = this.deps
    try {
      const whole = this.#isOld ? null : await readWholeNetwork(session)
      this.#isOld = whole === null
      return whole ?? (await readPartialNetwork(session))
    } catch (error) {
      if (!isCallFailure(error)) throw error
      return null
    }
  }

  #show(status: NetStatus): void {
    const { store, clock } = this.deps
    const { net } = store.state
    if (net !== null) store.dispatch({ type: 'net', net: withStatus(net, status, clock.nowMs()) })
  }

  /** Follows events; what is given back ends that. */
  #follow(signal: AbortSignal): () => Promise<void> {
    const { session, clock } = this.deps
    const unsubscribe = session.onNotification((method, params) => {
      const now = clock.nowMs()
      if (method === 'net.event') this.#heard(toNetEvent(params, now), signal)
      else if (method === 'dnet.subscribe_events') this.#heard(toDnetEvent(params, now), signal)
    })
    const subscription = this.#subscribe()
    return async () => {
      unsubscribe()
      const id = await subscription
      if (id !== null) await session.call('chat.unsubscribe', { subscription: id }).catch(ignoreFailure)
    }
  }

  async #subscribe(): Promise<string | null> {
    const { session } = this.deps
    try {
      return await session.call('net.subscribe', {})
    } catch (error) {
      if (!isCallFailure(error)) throw error
      if (!isRpcError(error, 'method_not_found')) return null
    }
    try {
      const id = await session.call('dnet.subscribe_events', {})
      this.#note('this dchatd tells events only while `/rpc dnet.switch [true]` has turned them on, for all who follow them')
      return id
    } catch (error) {
      if (!isCallFailure(error)) throw error
      this.#note('this dchatd tells no events')
      return null
    }
  }

  #note(eventsNote: string): void {
    const { store } = this.deps
    const { net } = store.state
    if (net !== null) store.dispatch({ type: 'net', net: { ...net, eventsNote } })
  }

  /** Gathers what comes within a short time: a busy node has many. */
  #heard(event: NetEvent | null, signal: AbortSignal): void {
    if (event === null) return
    this.#events = withNetEvents({ ...EMPTY_NET, events: this.#events }, [event]).events.slice(-MAX_NET_EVENTS)
    if (this.#events.length > 1) return
    sleep(this.deps.clock, NET_EVENTS_PAUSE_MS, signal).then(
      () => this.#flush(),
      () => {
        this.#events = []
      },
    )
  }

  #flush(): void {
    const { store } = this.deps
    const { net } = store.state
    const events = this.#events
    this.#events = []
    if (net !== null) store.dispatch({ type: 'net', net: withNetEvents(net, events) })
  }
}

function ignoreFailure(error: unknown): void {
  if (!isCallFailure(error)) throw error
}
