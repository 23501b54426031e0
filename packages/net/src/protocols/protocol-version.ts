/** The version exchange. Wire: docs/wire.md, *Handshake*; vectors: tooling/interop/vectors/transcripts.json. */
import type { Channel } from '../channel.ts'
import { NetError } from '../errors.ts'
import { LIMITS } from '../limits.ts'
import { verack, version } from '../messages/core-messages.ts'
import type { VersionMessage, VerackMessage } from '../messages/core-messages.ts'
import type { MessageSubscription } from '../messages/message-dispatcher.ts'
import { isPeerSession } from '../sessions/session-flags.ts'
import type { Settings } from '../settings.ts'

export interface ProtocolVersionDeps {
  readonly settings: Settings
  /** Our external addresses as they are now. */
  externalAddrs(): readonly string[]
}

/** One version exchange. Make it before the channel starts. */
export class ProtocolVersion {
  readonly #channel: Channel
  readonly #deps: ProtocolVersionDeps
  readonly #versions: MessageSubscription<VersionMessage>
  readonly #veracks: MessageSubscription<VerackMessage>

  constructor(channel: Channel, deps: ProtocolVersionDeps) {
    this.#channel = channel
    this.#deps = deps
    this.#versions = channel.subscribe(version)
    this.#veracks = channel.subscribe(verack)
  }

  /**
   * Exchanges versions and sets `channel.peerVersion`.
   * @throws NetError NET_HANDSHAKE_TIMEOUT after `timeoutMs`; NET_VERSION_MISMATCH; the channel's stop reason
   */
  async run(timeoutMs: number): Promise<void> {
    const deadline = new AbortController()
    const { clock, info } = this.#channel
    const timer = clock.setTimer(timeoutMs, () => {
      deadline.abort(new NetError('NET_HANDSHAKE_TIMEOUT', { channelId: info.id, timeoutMs }, { fault: 'peer' }))
    })
    try {
      await Promise.all([this.#sendVersion(deadline.signal), this.#receiveVersion(deadline.signal)])
    } finally {
      timer.cancel()
      this.#versions.close()
      this.#veracks.close()
    }
  }

  async #sendVersion(signal: AbortSignal): Promise<void> {
    await this.#channel.send(version, this.#ownVersion())
    this.#checkVerack(await this.#veracks.next(signal))
  }

  async #receiveVersion(signal: AbortSignal): Promise<void> {
    const received = await this.#versions.next(signal)
    this.#channel.peerVersion = received
    this.#channel.peerClockMs = Number(received.timestamp) * 1000 - this.#channel.clock.monotonicMs()
    const { appVersion, appName } = this.#deps.settings
    await this.#channel.send(verack, { appVersion, appName })
  }

  #ownVersion(): VersionMessage {
    const { settings } = this.#deps
    const { info, clock } = this.#channel
    return {
      nodeId: settings.nodeId,
      appName: settings.appName,
      version: settings.appVersion,
      timestamp: BigInt(Math.floor(clock.nowMs() / 1000)),
      connectRecvAddr: info.url,
      resolveRecvAddr: info.resolvedUrl,
      extSendAddr: withinBytes(this.#deps.externalAddrs(), LIMITS.VERSION_EXT_ADDRS_MAX_BYTES.value),
      features: isPeerSession(info.session) ? settings.features.map(([name, number]) => [name, number]) : [],
    }
  }

  #checkVerack(received: VerackMessage): void {
    const { appName, appVersion } = this.#deps.settings
    const theirs = received.appVersion
    if (received.appName === appName && theirs.major === appVersion.major && theirs.minor === appVersion.minor) return
    const data = {
      expected: `${appName} ${appVersion.major}.${appVersion.minor}`,
      received: `${received.appName} ${theirs.major}.${theirs.minor}`,
    }
    throw new NetError('NET_VERSION_MISMATCH', data, { fault: 'peer' })
  }
}

function withinBytes(urls: readonly string[], maxBytes: number): string[] {
  let bytes = 0
  return urls.filter((url) => {
    bytes += url.length + 1
    return bytes <= maxBytes
  })
}
