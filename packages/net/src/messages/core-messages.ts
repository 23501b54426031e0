/** The messages of the core protocols. Wire: docs/wire.md, *Core messages*; vectors: tooling/interop/vectors/transcripts.json. */
import { makeCodec, option, semver, string, struct, tuple, u16, u32, u64, url, vec } from '@dchat/serial'
import type { Codec, SemverVersion } from '@dchat/serial'
import type { Feature } from '../feature.ts'
import { LIMITS } from '../limits.ts'
import type { MeteringConfiguration } from '../metering.ts'
import { defineMessage } from './message.ts'
import type { MessageType } from './message.ts'

const HANDSHAKE_METERING: MeteringConfiguration = { threshold: 4, sleepStepMs: 1000, expiryMs: 10_000 }
const PING_METERING: MeteringConfiguration = { threshold: 4, sleepStepMs: 1000, expiryMs: 10_000 }
const ADDRESS_METERING: MeteringConfiguration = { threshold: 6, sleepStepMs: 1000, expiryMs: 10_000 }

/** What a node says of itself when a channel opens. Wire: docs/wire.md, *Core messages*. */
export interface VersionMessage {
  /** For debugging; empty unless the operator set it. */
  readonly nodeId: string
  /** At most 64 bytes of UTF-8. Peers have to be of the same application. */
  readonly appName: string
  /** Of the application; major and minor have to be the same. */
  readonly version: SemverVersion
  /** Sender's clock, Unix seconds. */
  readonly timestamp: bigint
  /** The receiver's address as the sender sees it, before transport processing. */
  readonly connectRecvAddr: string
  /** The endpoint really dialled; dialers only. */
  readonly resolveRecvAddr: string | null
  /** The sender's external addresses. */
  readonly extSendAddr: readonly string[]
  /** What the sender speaks beside the core messages: see `hasFeature`. */
  readonly features: readonly Feature[]
}

/** `node_id | app_name | version | timestamp u64 | connect_recv_addr | Option resolve_recv_addr | Vec ext_send_addr | Vec (service, version u32)` */
export const version: MessageType<VersionMessage> = defineMessage({
  name: 'version',
  maxBytes: 2043,
  meteringScore: 1,
  metering: HANDSHAKE_METERING,
  codec: struct({
    nodeId: string,
    appName: string,
    version: semver,
    timestamp: u64,
    connectRecvAddr: url,
    resolveRecvAddr: option(url),
    extSendAddr: vec(url),
    features: vec(tuple(string, u32)),
  }),
})

/** The answer to a version message that fits. */
export interface VerackMessage {
  /** Of the application that answers. */
  readonly appVersion: SemverVersion
  /** The application that answers. */
  readonly appName: string
}

/** `app_version | app_name` */
export const verack: MessageType<VerackMessage> = defineMessage({
  name: 'verack',
  maxBytes: 128,
  meteringScore: 1,
  metering: HANDSHAKE_METERING,
  codec: struct({ appVersion: semver, appName: string }),
})

/** A ping, and the pong that answers it. Wire: docs/wire.md, *Core messages*. */
export interface NonceMessage {
  /** 0 to 65,535; a pong repeats that of its ping. */
  readonly nonce: number
}

/** Asks whether the peer is there: `nonce u16`. Sent by the core protocols. */
export const ping: MessageType<NonceMessage> = defineMessage({
  name: 'ping',
  maxBytes: 2,
  meteringScore: 1,
  metering: PING_METERING,
  codec: struct({ nonce: u16 }),
})

/** Answers a ping: `nonce u16`. Sent by the core protocols. */
export const pong: MessageType<NonceMessage> = defineMessage({
  name: 'pong',
  maxBytes: 2,
  meteringScore: 1,
  metering: PING_METERING,
  codec: struct({ nonce: u16 }),
})

/** Asks for addresses. */
export interface GetaddrMessage {
  /** How many addresses of each colour are wanted; answered as if at most 255. */
  readonly max: number
  /** Schemes of the addresses that are wanted. */
  readonly transports: readonly string[]
}

/** `max u32 | Vec transports` */
export const getaddr: MessageType<GetaddrMessage> = defineMessage({
  name: 'getaddr',
  maxBytes: 57,
  meteringScore: 1,
  metering: ADDRESS_METERING,
  codec: struct({ max: u32, transports: vec(string) }),
})

/** (endpoint, last seen in Unix seconds) */
type SeenPair = readonly [string, bigint]

/** Addresses, told for a `getaddr` or unasked. */
export interface AddrMessage {
  /** The first ADDRS_TAKEN of those that came. */
  readonly addrs: readonly SeenPair[]
}

const seenPairs: Codec<readonly SeenPair[]> = vec(tuple(url, u64))

/** Reads them all, as each has to be right, and keeps the first. */
const firstSeenPairs: Codec<readonly SeenPair[]> = makeCodec(
  seenPairs.minBytes,
  (writer, pairs) => seenPairs.encode(writer, pairs),
  (reader) => {
    const pairs = seenPairs.decode(reader)
    return pairs.length > LIMITS.ADDRS_TAKEN.value ? pairs.slice(0, LIMITS.ADDRS_TAKEN.value) : pairs
  },
)

/** `Vec (url, last_seen u64)` */
export const addr: MessageType<AddrMessage> = defineMessage({
  name: 'addr',
  maxBytes: LIMITS.ADDR_MAX_BYTES.value,
  meteringScore: 1,
  metering: ADDRESS_METERING,
  codec: struct({ addrs: firstSeenPairs }),
})
