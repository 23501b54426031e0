/** How the direct session comes to a channel to one host. Source: docs/node.md, *Sessions*, direct. */
import { parseUrl } from '@dchat/serial'
import { sleep } from '@dchat/system'
import type { Unsubscribe } from '@dchat/system'
import { earnsBan } from '../ban-policy.ts'
import type { Channel } from '../channel.ts'
import { NetError, isNetError } from '../errors.ts'
import { LIMITS } from '../limits.ts'
import { profileOf } from '../settings.ts'
import { SessionFlag, isPeerSession } from './session-flags.ts'
import { connectPeer, errorText, noteFailedDial } from './session.ts'
import type { SessionDeps } from './session.ts'
import { WakeUp } from './wake-up.ts'

export type DirectDialDeps = SessionDeps & {
  /** Hears of every peer that is connected. */
  onPeer(listener: () => void): Unsubscribe
}

export interface DirectDial {
  /** Canonical. */
  readonly url: string
  /** How often it is dialled before it is given up. */
  readonly attempts: number
}

/** The open channel to `url`, of any session that has peers: an inbound one too, where the peer dialled from that address. */
export function openPeerChannel(url: string, { hosts }: Pick<SessionDeps, 'hosts'>): Channel | undefined {
  const channel = hosts.registry.held(url)
  if (channel === undefined || channel.isStopped) return undefined
  return isPeerSession(channel.info.session) ? channel : undefined
}

/**
 * Connects a host, or finds that another session has done so meanwhile (`isOurs` false).
 * @throws NetError why it could not be connected, the host is suspended then; NET_HOST_STATE_BLOCKED when another part of
 * the node did not let go of it in time
 * @throws the signal's reason, or an error that it caused; the host is free then
 */
export async function openDirect(
  dial: DirectDial,
  signal: AbortSignal,
  deps: DirectDialDeps,
): Promise<{ channel: Channel; isOurs: boolean }> {
  const open = await claimOrFindOpen(dial.url, signal, deps)
  if (open !== undefined) return { channel: open, isOurs: false }
  return { channel: await dialAgain(dial, signal, deps), isOurs: true }
}

/** Waits until the host is ours to dial (undefined), or is connected by another session: as long as a seed query may take. */
async function claimOrFindOpen(url: string, signal: AbortSignal, deps: DirectDialDeps): Promise<Channel | undefined> {
  const { hosts, clock, settings } = deps
  const profile = profileOf(settings, parseUrl(url).scheme)
  const patienceMs = profile.outboundConnectTimeoutMs + 2 * profile.channelHandshakeTimeoutMs
  const giveUpMs = clock.monotonicMs() + patienceMs
  const peerCame = new WakeUp()
  const unsubscribe = deps.onPeer(() => peerCame.wake())
  try {
    for (;;) {
      const open = openPeerChannel(url, deps)
      if (open !== undefined || hosts.registry.tryMove(url, 'connect')) return open
      if (clock.monotonicMs() >= giveUpMs) {
        throw new NetError('NET_HOST_STATE_BLOCKED', { url, from: hosts.registry.stateOf(url), to: 'connect' })
      }
      await peerCame.waitWithin(LIMITS.DIRECT_RETRY_MS.value, clock, signal)
    }
  } finally {
    unsubscribe()
  }
}

/** Dials a host in state connect, which it stays in between the attempts. */
async function dialAgain({ url, attempts }: DirectDial, signal: AbortSignal, deps: DirectDialDeps): Promise<Channel> {
  const { dnet, hosts, clock, logger } = deps
  for (let attempt = 1; ; attempt += 1) {
    if (dnet.isEnabled) dnet.publish({ event: 'direct_connecting', info: { connect_addr: url } })
    try {
      return await connectPeer({ url, session: SessionFlag.Direct }, signal, deps)
    } catch (error) {
      if (signal.aborted) {
        hosts.registry.move(url, 'free')
        throw error
      }
      logger.debug('Direct connection failed', { url, attempt, error })
      if (dnet.isEnabled) dnet.publish({ event: 'direct_disconnected', info: { connect_addr: url, err: errorText(error) } })
      if (attempt >= attempts || !mayWorkLater(error)) {
        noteFailedDial(url, error, deps)
        throw error
      }
    }
    try {
      await sleep(clock, LIMITS.DIRECT_RETRY_MS.value * 2 ** (attempt - 1), signal)
    } catch (error) {
      hosts.registry.move(url, 'free')
      throw error
    }
  }
}

/** A host that breaks the protocol, or that no transport leads to, does so again. */
function mayWorkLater(error: unknown): boolean {
  return error instanceof NetError && !isNetError(error, 'NET_SCHEME_UNSUPPORTED') && !earnsBan(error, 'outbound', 'strict')
}
