/** Keeps the list of rooms of one link up to date: asks when told that something changed, never twice at a time. */
import { RpcError, isRpcError } from '@dchat/rpc'
import type { RpcClient } from '@dchat/rpc'
import { sleep } from '@dchat/system'
import type { Clock } from '@dchat/system'
import { CALL_TIMEOUT_MS, CLIENT_NAME, ROOMS_PAUSE_MS } from '../limits.ts'
import type { RoomSummary } from '../state/rooms.ts'
import { toRooms } from './ingress.ts'

export interface RoomListDeps {
  readonly client: Pick<RpcClient, 'call'>
  readonly clock: Clock
  /** Ends with the link. */
  readonly signal: AbortSignal
  readonly onRooms: (rooms: readonly RoomSummary[]) => void
  /** The link is lost, or this program has a bug. */
  readonly onFailure: (error: unknown) => void
}

export class RoomList {
  readonly #deps: RoomListDeps
  #isChanged = false
  #isAsking = false
  /** A daemon of before there were rooms: its one room needs no list. */
  #isUnknown = false

  constructor(deps: RoomListDeps) {
    this.#deps = deps
  }

  /** Asks now. What the daemon refuses leaves the list as it is. @throws {RpcUnreachable} */
  async load(): Promise<void> {
    const { client, signal, onRooms } = this.#deps
    try {
      const params = { client: CLIENT_NAME }
      onRooms(toRooms(await client.call('chat.rooms', params, { timeoutMs: CALL_TIMEOUT_MS, signal })))
    } catch (error) {
      if (!(error instanceof RpcError)) throw error
      this.#isUnknown = isRpcError(error, 'method_not_found')
    }
  }

  /** The list is another one than before: asks soon, once for all that changes meanwhile. */
  changed(): void {
    this.#isChanged = true
    if (this.#isAsking || this.#isUnknown) return
    this.#isAsking = true
    this.#ask().catch((error: unknown) => {
      if (!this.#deps.signal.aborted) this.#deps.onFailure(error)
    })
  }

  async #ask(): Promise<void> {
    while (this.#isChanged) {
      this.#isChanged = false
      await this.load()
      await sleep(this.#deps.clock, ROOMS_PAUSE_MS, this.#deps.signal)
    }
    this.#isAsking = false
  }
}
