/** A peer that holds no post, for nodes that want somebody to reconcile with. */
import type { LocalNet } from '@dchat/net/testing'
import { postIdOf } from '../post/decode-post.ts'
import { listenFeatured } from './featured-peer.ts'
import type { FeaturedPeerOptions } from './featured-peer.ts'
import { ourResponder } from './reconcile-exchange.ts'
import { wire } from './wire-messages.ts'
import type { SyncValue } from './wire-messages.ts'

/** Somebody who reconciles some rooms, as one who holds nothing, and may say that he takes what he is given. @returns his address */
export async function listenAlone(
  net: LocalNet,
  how: { readonly reconciles: (room: string) => boolean; readonly takes: boolean },
): Promise<readonly string[]> {
  const respond = ourResponder([], { frameMaxBytes: 61_440, maxRanges: 1_024 })
  const url = net.urlOf(100)
  const onMessage: FeaturedPeerOptions['onMessage'] = ({ command, value }, peer) => {
    if (command === wire.post.name && how.takes) {
      const { bytes } = value as { readonly bytes: Uint8Array }
      peer.send(wire.have, { ids: [postIdOf(Buffer.from(bytes))] })
    }
    if (command !== wire.sync.name) return
    const { session, room, since, until, frame } = value as SyncValue
    if (!how.reconciles(room)) return
    void Promise.resolve(respond(Buffer.from(frame))).then((answer) =>
      peer.send(wire.sync, { session, room, since, until, frame: answer }),
    )
  }
  await listenFeatured(net.network.transport(new URL(url).hostname), url, { clock: net.clock, onMessage })
  return [url]
}
