/** What all sessions share: how a channel becomes a peer, and how it ends. Source: docs/node.md, *Sessions*. */
import { SerialError } from '@dchat/serial'
import type { Clock, Logger, Random } from '@dchat/system'
import { offenceOf } from '../ban-detail.ts'
import { earnsBan } from '../ban-policy.ts'
import { canonicalAddress } from '../canonical-address.ts'
import type { Channel } from '../channel.ts'
import type { Connector } from '../connector.ts'
import type { DialFailures } from '../dial-failures.ts'
import type { Dnet } from '../dnet.ts'
import { NetError, isNetError } from '../errors.ts'
import { banFields } from '../hosts/ban-list.ts'
import { HostColor } from '../hosts/host-color.ts'
import type { Hosts } from '../hosts/hosts.ts'
import { LIMITS } from '../limits.ts'
import type { ProtocolRegistry } from '../protocols/protocol-registry.ts'
import type { Protocol } from '../protocols/protocol.ts'
import { ProtocolVersion } from '../protocols/protocol-version.ts'
import { channelProfile } from '../settings.ts'
import { destinationFault } from '../settings-checks.ts'
import type { Settings } from '../settings.ts'
import { SessionFlag, sessionName } from './session-flags.ts'

/** The channels of a node, as sessions see them. */
export interface ChannelList {
  /** A channel exists; it is not a peer yet. It leaves the list by itself when it is closed. */
  track(channel: Channel): void
  /** The version exchange is done: the channel is published. */
  publishConnected(channel: Channel): void
}

/** What sessions are given. */
export interface SessionDeps {
  /** Changes in place: read a setting at each use. */
  readonly settings: Settings
  readonly clock: Clock
  readonly random: Random
  readonly logger: Logger
  readonly dnet: Dnet
  readonly dialFailures: DialFailures
  readonly hosts: Hosts<Channel>
  readonly connector: Connector
  readonly protocols: ProtocolRegistry
  readonly channels: ChannelList
  /** A peer was banned: bans are to outlive the process. */
  onBan(): void
  /** Whether an address (canonical) leads to this node itself. */
  isOwn(url: string): boolean
}

/** A way in which a node gets channels. */
export interface Session {
  /** Acquires what the session needs; its work goes on in the background. @throws NetError when it cannot */
  start(): Promise<void>
  /** Ends the work and waits for it. Idempotent; channels are closed by whoever stops the node. */
  stop(): Promise<void>
}

/** The part of the host registry's moves that fits how a channel was made. */
const KEEPS_HOST_LISTS: ReadonlySet<SessionFlag> = new Set<SessionFlag>([SessionFlag.Outbound, SessionFlag.Direct])

/**
 * Makes a channel a peer: protocols are attached, the versions exchanged, the host marked as connected, the channel
 * published and its protocols started. Resolves once they run; from then on the channel cleans up after itself.
 * @param admit - asked after the version exchange; throws a NetError to turn the peer away
 * @throws NetError why the version exchange failed; the channel is stopped then
 */
export async function registerChannel(channel: Channel, deps: SessionDeps, admit?: () => void): Promise<void> {
  const { url, session } = channel.info
  channel.signal.addEventListener('abort', () => judge(channel, deps), { once: true })
  deps.channels.track(channel)
  let protocols: readonly Protocol[]
  try {
    protocols = deps.protocols.attach(session, channel)
    const versionExchange = new ProtocolVersion(channel, {
      settings: deps.settings,
      externalAddrs: () => deps.hosts.externalAddrs,
    })
    channel.start()
    await versionExchange.run(handshakeTimeoutMs(channel, deps.settings))
    admit?.()
    deps.hosts.registry.move(url, 'connected', channel)
    void channel.closed.then(() => leave(channel, deps))
    if (channel.peerVersion !== undefined) deps.hosts.noteOwnAddress(channel.peerVersion.connectRecvAddr, url)
    if (KEEPS_HOST_LISTS.has(session)) deps.hosts.markConnected(url)
    deps.channels.publishConnected(channel)
  } catch (error) {
    const reason = stopReasonOf(error, channel, deps)
    // Who never said a word is not waited for to close.
    await (channel.hasReceived ? channel.stop(reason) : channel.drop(reason))
    throw reason
  }
  // As tasks, so that one that fails to start ends its channel and nothing else.
  for (const protocol of protocols) channel.tasks.spawn(async () => protocol.start())
}

/** What a channel that could not become a peer stops with. Anything but a NetError is a protocol that could not be made. */
function stopReasonOf(error: unknown, channel: Channel, { logger }: SessionDeps): NetError {
  if (error instanceof NetError) return error
  logger.error('Protocol failed', { channelId: channel.info.id, error })
  return new NetError('NET_CHANNEL_STOPPED', { channelId: channel.info.id }, { cause: error })
}

/** Who is dialled, and what for. */
export interface DialTarget {
  readonly url: string
  readonly session: SessionFlag
}

/**
 * Dials an address and makes its channel a peer. What it fails with is remembered in `dialFailures`. The host has to be in a state that allows it (connect, refine).
 * @throws NetError why it could not be dialled, or why the version exchange failed; nothing stays open then
 * @throws the signal's reason, or an error that it caused: ask the signal
 */
export async function connectPeer(target: DialTarget, signal: AbortSignal, deps: SessionDeps): Promise<Channel> {
  try {
    return await dialAndRegister(target, signal, deps)
  } catch (error) {
    if (!signal.aborted) deps.dialFailures.note(target, error)
    throw error
  }
}

async function dialAndRegister(target: DialTarget, signal: AbortSignal, deps: SessionDeps): Promise<Channel> {
  const channel = await deps.connector.connect(target.url, target.session, signal)
  const release = stopOnAbort(channel, signal)
  try {
    await registerChannel(channel, deps)
    return channel
  } finally {
    release()
  }
}

function handshakeTimeoutMs(channel: Channel, settings: Settings): number {
  if (channel.info.session === SessionFlag.Refine) return LIMITS.REFINE_HANDSHAKE_MS.value
  return channelProfile(settings, channel.info).channelHandshakeTimeoutMs
}

/** Gives a host back when its channel has closed. */
function leave(channel: Channel, deps: SessionDeps): void {
  const { url, session } = channel.info
  const { hosts } = deps
  if (hosts.registry.held(url) !== channel) return
  if (KEEPS_HOST_LISTS.has(session)) {
    hosts.registry.move(url, 'move')
    hosts.greylist(url, Math.floor(deps.clock.nowMs() / 1000))
  }
  hosts.registry.move(url, 'free')
}

/** Bans the peer when it broke the protocol in a way that earns it. */
function judge(channel: Channel, deps: SessionDeps): void {
  const reason = channel.stopReason!
  const { url, session } = channel.info
  const direction = session === SessionFlag.Inbound ? 'inbound' : 'outbound'
  if (!earnsBan(reason, direction, deps.settings.banPolicy)) return
  const offence = offenceOf(reason)
  const what = { ...offence, url, session: sessionName(session) }
  const ban = deps.hosts.ban(url, direction, offence)
  if (ban === undefined) {
    deps.logger.debug('Peer offended, and is of a kind that is not banned', what)
    return
  }
  deps.logger.info('Peer banned', { ...banFields(ban), ...what })
  deps.onBan()
}

/**
 * Marks a host in state connect that could not be connected: back to grey, and suspended until the refinery has judged it.
 * What the refinery will not see is free at once: a host that is banned now, an address of a scheme that we do not dial.
 */
export function noteFailedDial(url: string, error: unknown, { hosts }: Pick<SessionDeps, 'hosts'>): void {
  if (isNetError(error, 'NET_DIAL_FAILED') && error.data.reason === 'ENETUNREACH') hosts.noteUnreachable(url)
  if (!isNetError(error, 'NET_SCHEME_UNSUPPORTED')) {
    hosts.registry.move(url, 'move')
    hosts.greylist(url)
  }
  hosts.registry.move(url, hosts.container.has(HostColor.Grey, url) ? 'suspend' : 'free')
}

/**
 * Takes a host to dial it because it was named: by the settings or by an operator. That it is suspended only keeps it from
 * being picked. @returns false when somebody else works on it
 */
export function claimHost(url: string, { hosts: { registry } }: Pick<SessionDeps, 'hosts'>): boolean {
  if (registry.stateOf(url) === 'suspend') registry.move(url, 'free')
  return registry.tryMove(url, 'connect')
}

/**
 * Takes an address as somebody names a peer by it, in any spelling.
 * @returns its canonical form
 * @throws NetError NET_ADDRESS_INVALID, also for one that `checkDestination` refuses
 */
export function peerUrl(text: string, deps: Pick<SessionDeps, 'isOwn'>): string {
  let url: string
  try {
    url = canonicalAddress(text)
  } catch (error) {
    if (error instanceof SerialError) throw new NetError('NET_ADDRESS_INVALID', { address: text, reason: error.message })
    throw error
  }
  checkDestination(url, deps)
  return url
}

/** @param url - canonical @throws NetError NET_ADDRESS_INVALID for an address that cannot be dialled, or that is our own */
export function checkDestination(url: string, { isOwn }: Pick<SessionDeps, 'isOwn'>): void {
  const reason = destinationFault(url) ?? (isOwn(url) ? 'is this node itself' : undefined)
  if (reason !== undefined) throw new NetError('NET_ADDRESS_INVALID', { address: url, reason })
}

/** Why something ended, as dnet tells it. */
export function errorText(error: unknown): string {
  return error instanceof NetError ? error.message : String(error)
}

/** Stops the channel when `signal` aborts, at once when it has. The returned function ends that. */
export function stopOnAbort(channel: Channel, signal: AbortSignal): () => void {
  const onAbort = (): void => void channel.stop()
  if (signal.aborted) onAbort()
  signal.addEventListener('abort', onAbort, { once: true })
  return () => signal.removeEventListener('abort', onAbort)
}

/** Waits for the channel to close. @throws the signal's reason when it aborts first */
export function closedOrAborted(channel: Channel, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(signal.reason as Error)
    if (signal.aborted) onAbort()
    signal.addEventListener('abort', onAbort, { once: true })
    void channel.closed.then(() => {
      signal.removeEventListener('abort', onAbort)
      resolve()
    })
  })
}
