/** How nodes tell each other that they speak posts. Source: docs/chat.md, *Announced, never imposed*. */
import { hasFeature, isPeerSession } from '@dchat/net'
import type { Channel, Feature } from '@dchat/net'

/** For `features` of the settings of a node. */
export const POSTS_FEATURE: Feature = ['dchat.posts', 1]

/** Whether the peer of a channel has listed posts, which is known after the version exchange. Everything else is never sent a command of posts. */
export function isFeatured({ info, peerVersion }: Pick<Channel, 'info' | 'peerVersion'>): boolean {
  return isPeerSession(info.session) && peerVersion !== undefined && hasFeature(peerVersion, POSTS_FEATURE)
}
