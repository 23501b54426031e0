import type { Channel } from '@dchat/net'

/** The same for two channels to one remote, as far as that can be told: the address that was dialled, or the first that it says. */
export function peerKeyOf({ info, peerVersion }: Pick<Channel, 'info' | 'peerVersion'>): string {
  return info.resolvedUrl === null ? (peerVersion?.extSendAddr[0] ?? info.url) : info.url
}
