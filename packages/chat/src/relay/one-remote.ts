/** Whether two channels lead to one remote, so surely that no stranger can bring it about. */
import type { Channel } from '@dchat/net'
import { parseUrl } from '@dchat/serial'

/**
 * Whether the peer of an inbound channel is the one that `dialled` leads to: it says that it has the address that was dialled, and
 * comes from the host that was reached there. Saying so alone is not enough: whoever does would come between us and a third. False where
 * that cannot be told, as through a proxy.
 */
export function isSameRemote(inbound: Channel, dialled: Channel): boolean {
  if (inbound.info.resolvedUrl !== null || dialled.info.resolvedUrl === null) return false
  if (inbound.peerVersion?.extSendAddr.includes(dialled.info.url) !== true) return false
  const { host } = parseUrl(inbound.info.url)
  return host !== null && host === parseUrl(dialled.info.resolvedUrl).host
}
