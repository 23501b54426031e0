/** What this node asks its peers for. Wire: docs/wire.md, `getaddr`. */
import { LIMITS } from './limits.ts'
import type { GetaddrMessage } from './messages/core-messages.ts'
import { SHAREABLE_SCHEMES } from './schemes.ts'
import { DEFAULT_SETTINGS } from './settings.ts'
import type { Settings } from './settings.ts'
import { dialableSchemes } from './transports/mixing.ts'
import type { TransportTable } from './transports/transport.ts'

/** How many addresses are asked for while direct channels lack hosts: as with the default number of slots. */
const DIRECT_GETADDR = DEFAULT_SETTINGS.outboundConnections

/** @param lacksHosts - whether somebody waits for hosts: a node without slots asks for none otherwise */
export function ownGetaddr(settings: Settings, transports: TransportTable, lacksHosts: boolean): GetaddrMessage {
  const { getaddrsMax, outboundConnections } = settings
  const wanted = lacksHosts ? Math.max(outboundConnections, DIRECT_GETADDR) : outboundConnections
  const schemes = dialableSchemes(settings, transports).filter((scheme) => SHAREABLE_SCHEMES.includes(scheme))
  return { max: Math.min(getaddrsMax ?? wanted, LIMITS.GETADDR_MAX.value), transports: schemes }
}
