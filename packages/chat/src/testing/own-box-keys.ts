/** Box keys of one identity in memory: real ones, made and dropped when a test says so. */
import { Publisher } from '@dchat/system'
import type { Unsubscribe } from '@dchat/system'
import { newBoxSecret, openBoxKey } from '../sealed/box-key.ts'
import type { BoxKey } from '../sealed/box-key.ts'
import type { LiveBoxKeys } from '../private/direct-opener.ts'

export class OwnBoxKeys implements LiveBoxKeys {
  readonly #keys: BoxKey[] = []
  readonly #changes = new Publisher<{ change: readonly BoxKey[] }>((error) => {
    throw error
  })

  live(): readonly BoxKey[] {
    return this.#keys
  }

  onChange(listener: (live: readonly BoxKey[]) => void): Unsubscribe {
    return this.#changes.subscribe('change', listener)
  }

  /** Makes the newest key, and tells of it. */
  async make(): Promise<BoxKey> {
    const secret = await newBoxSecret()
    const key = await openBoxKey(secret)
    secret.fill(0)
    this.#keys.unshift(key)
    this.#changes.publish('change', this.#keys)
    return key
  }

  /** The oldest is there no longer. */
  dropOldest(): void {
    this.#keys.pop()
    this.#changes.publish('change', this.#keys)
  }
}
