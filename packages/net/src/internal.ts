/**
 * Parts of this package that tools and tests of this repository take apart: codecs of files, the frame reader, recorded conversations.
 * Not published: it may change with every commit.
 */
export { parseAnchors } from './hosts/anchors-file.ts'
export { BanList } from './hosts/ban-list.ts'
export { parseBanTarget } from './hosts/ban-target.ts'
export { formatBans, parseBans } from './hosts/bans-file.ts'
export { endpointParts } from './hosts/endpoint.ts'
export { HostContainer } from './hosts/host-container.ts'
export { SAVED_COLORS, formatHostlist, parseHostlist } from './hosts/hostlist-file.ts'
export { Hosts } from './hosts/hosts.ts'
export { addr, getaddr, verack, version } from './messages/core-messages.ts'
export { PacketReader } from './messages/packet-reader.ts'
export { addressList, fillSlots, honestUrl, hostWorld, spreadUrl } from './testing/host-world.ts'
export { TRANSCRIPT_MESSAGES, readTranscripts } from './testing/replay.ts'
export { makeTlsIdentity } from './transports/tls-certificate.ts'
export type { TlsIdentity } from './transports/tls-certificate.ts'
