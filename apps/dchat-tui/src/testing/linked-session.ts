/** A session on a daemon, on manual time. */
import assert from 'node:assert/strict'
import { RpcClient } from '@dchat/rpc'
import { ManualClock, SeededRandom } from '@dchat/system'
import { ChatSession } from '../session/chat-session.ts'
import { Store } from '../state/store.ts'
import { aState } from './builders.ts'
import { stateWhere } from './eventually.ts'
import type { FakeDaemon } from './fake-daemon.ts'

export class LinkedSession implements AsyncDisposable {
  readonly clock: ManualClock = new ManualClock()
  readonly store: Store = new Store(aState())
  readonly session: ChatSession
  readonly failures: unknown[] = []
  readonly #daemon: FakeDaemon

  constructor(daemon: FakeDaemon) {
    const { clock, store, failures } = this
    this.#daemon = daemon
    this.session = new ChatSession(
      { onFailure: (error) => failures.push(error) },
      {
        connect: (signal) => RpcClient.connect({ kind: 'unix', path: daemon.socketPath }, { signal, clock }),
        clock,
        random: new SeededRandom(1),
        dispatch: store.dispatch,
        state: () => store.state,
      },
    )
  }

  /** The daemon runs, and the link is up. */
  async start(): Promise<this> {
    await this.#daemon.start()
    this.session.start()
    await stateWhere(this.store, (state) => state.link.at === 'ready')
    return this
  }

  /** Lets time pass until the link is up again. */
  async reconnect(): Promise<void> {
    await stateWhere(this.store, (state) => state.link.at === 'away')
    await this.clock.advance(15_000)
    await stateWhere(this.store, (state) => state.link.at === 'ready')
  }

  /** Nothing has failed, and nothing is left behind. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.session.stop()
    assert.deepEqual(this.failures, [])
    assert.equal(this.clock.pendingTimers, 0)
  }
}
