/** Which box keys were live in the last run, noted beside the messages by their public halves. */
import type { MessageStore } from '@dchat/store'
import type { BoxKey } from '../sealed/box-key.ts'

const SETTING = 'live_box_keys'

/** Whether each of these was live before. @throws {StoreError} */
export function knownBefore(store: Pick<MessageStore, 'getSetting'>, keys: readonly BoxKey[]): boolean {
  const known = new Set((store.getSetting(SETTING) ?? '').split(' '))
  return keys.every((key) => known.has(hexOf(key)))
}

/** @throws {StoreError} */
export function noteKnown(store: Pick<MessageStore, 'setSetting'>, keys: readonly BoxKey[]): void {
  store.setSetting(SETTING, keys.map(hexOf).join(' '))
}

function hexOf({ publicKey }: BoxKey): string {
  return publicKey.toString('hex')
}
