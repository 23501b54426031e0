/** How nodes tell each other that they speak posts. Source: docs/chat.md, *Announced, never imposed*. */
import { isPeerSession } from '@dchat/net'
import type { Channel } from '@dchat/net'

/** For `features` of the settings of a node: name and version. */
export const POSTS_FEATURE: readonly [string, number] = ['dchat.posts', 1]

/** Whether a list of features has posts. */
export function lists(features: readonly (readonly [string, number])[]): boolean {
  return features.some(([name, version]) => name === POSTS_FEATURE[0] && version >= 1)
}

/** Whether the peer of a channel has listed posts, which is known after the version exchange. Everything else is never sent a command of posts. */
export function isFeatured({ info, peerVersion }: Pick<Channel, 'info' | 'peerVersion'>): boolean {
  return isPeerSession(info.session) && peerVersion !== undefined && lists(peerVersion.features)
}
