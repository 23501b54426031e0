/** What tests of box keys have in common: spans of time, and messages to the keys. */
import { expect } from 'vitest'
import { openDirect } from '../sealed/direct-message.ts'
import { directPost } from '../testing/direct-post.ts'
import type { DirectPost } from '../testing/direct-post.ts'
import { KeyStage } from '../testing/key-stage.ts'

export const MINUTE = 60_000
export const HOUR = 60 * MINUTE
export const DAY = 24 * HOUR
export const WEEK = 7 * DAY

export const chatError = (code: string, data: object = {}): unknown =>
  expect.objectContaining({ code, data: expect.objectContaining(data) as unknown })

/** The box key of the node that its store offers. */
export const publishedBy = ({ store, stage }: KeyStage): string | undefined => store.posts.newestOf(stage.signer.key, 5)?.body

/** A direct message to the key that the node has published. */
export function messageTo(keys: KeyStage, text: string): Promise<DirectPost> {
  const boxKey = Buffer.from(publishedBy(keys)!, 'hex')
  return directPost({ text, time: keys.clock.nowMs(), recipient: keys.stage.signer.key, boxKey })
}

export async function opens({ keys, stage }: KeyStage, post: DirectPost): Promise<string | undefined> {
  return (await openDirect(post, { recipient: stage.signer.key, keys: keys.live() }))?.text
}

/** Notes that all direct messages were tried, as whoever tries them does. */
export function settleAll({ store }: KeyStage): void {
  store.posts.settle(store.posts.untried(1_000).map((post) => ({ post, revealed: undefined })))
}
