/** The daemon put together: storage first, then the RPC, then the node; taken down the other way round. */
import { existsSync } from 'node:fs'
import { dirname } from 'node:path'
import { RoomKeyRing, foldNick, openIdentity, revealer, sweepIdentity } from '@dchat/chat'
import {
  enterStage,
  followNodeStages,
  ownFolder,
  readinessOf,
  reportChanges,
  tokenWarnings,
  withLogOf,
  writeAdvisoryFile,
} from '@dchat/daemon'
import type { AdvisoryFile, DaemonControl, DaemonLogger, Metrics } from '@dchat/daemon'
import { formatRpcAddress } from '@dchat/rpc'
import { RpcService } from '@dchat/rpc-server'
import type { MethodTable } from '@dchat/rpc-server'
import { acquireLock, openStore } from '@dchat/store'
import type { DataLock, MessageStore } from '@dchat/store'
import type { Clock } from '@dchat/system'
import type { DchatdConfig } from './config/index.ts'
import { daemonMetrics } from './daemon-metrics.ts'
import { Dchat } from './dchat.ts'
import type { DchatOptions } from './dchat.ts'
import { Highlights } from './highlights.ts'
import { makeBackend } from './backend/make-backend.ts'
import type { BackendDeps, DaemonBackend } from './backend/make-backend.ts'
import { OwnIdentity } from './own-identity.ts'
import { OwnProfile } from './own-profile.ts'
import { PrivateChat } from './private-chat.ts'
import type { PrivateChatDeps } from './private-chat.ts'
import { createMethods } from './rpc/methods.ts'
import { netPage } from './rpc/net-page.ts'
import { SubscriptionCounts } from './rpc/subscriptions.ts'
import type { StartStage } from './start-stages.ts'
import { VERSION } from './version.ts'

export interface DaemonDeps {
  readonly clock: Clock
  readonly logger: DaemonLogger
}

/** One running dchatd. */
export class Daemon {
  /** As the daemon was started. */
  readonly #config: DchatdConfig
  /** As it was read last. */
  #current: DchatdConfig
  readonly #deps: DaemonDeps
  #lock: DataLock | undefined
  #store: MessageStore | undefined
  #profile: OwnProfile | undefined
  #highlights: Highlights | undefined
  #privateChat: PrivateChat | undefined
  readonly #subscriptions = new SubscriptionCounts()
  #addressFile: AdvisoryFile | undefined
  #rpc: RpcService | undefined
  #metrics: Metrics | undefined
  #dchat: Dchat | undefined
  #events: DaemonBackend['events'] | undefined
  #running: Promise<void> = Promise.resolve()
  #isStopping = false

  constructor(config: DchatdConfig, deps: DaemonDeps) {
    this.#config = config
    this.#current = config
    this.#deps = deps
  }

  /**
   * Resolves when the RPC answers; the node starts and runs in the background, and what ends it goes to `control`.
   * @throws {StoreError} {ChatError} {RpcServerError} {NetError} naming what could not be had; call `stop` then too
   */
  async start(control: DaemonControl): Promise<void> {
    const { clock, logger } = this.#deps
    const { paths, chat } = this.#config
    const enter = (stage: StartStage): void => enterStage(logger, stage)
    enter('folders')
    for (const folder of [paths.dataDir, dirname(paths.hostlistPath), paths.runtimeDir]) ownFolder(folder)
    enter('lock')
    this.#lock = acquireLock(paths.lockPath)
    enter('identity')
    sweepIdentity(paths.identityPath)
    const hadKey = existsSync(paths.identityPath)
    const own = openIdentity(paths.identityPath)
    enter('room-keys')
    const ring = RoomKeyRing.open(paths.roomKeysPath, { identity: own.keyHex })
    enter('store')
    const store = this.#openStore(ring)
    const highlights = new Highlights(store)
    this.#highlights = highlights
    const isKeyLost = !hadKey && !store.opened.isNew
    if (isKeyLost)
      logger.warn('The own key was gone: a new one was made, by which others see somebody new', { path: paths.identityPath })
    const dchat = new Dchat(chatOptions(this.#config), { clock, logger, store, signer: own })
    followNodeStages(logger, dchat.p2p.events)
    enter('box-keys')
    const privateChat = this.#makePrivateChat({ store, posts: dchat.posts, identity: own, ring })
    await privateChat.open()
    enter('parts')
    const identity = new OwnIdentity(own, { path: paths.identityPath, boxKeys: privateChat.boxKeys, ring })
    const profile = new OwnProfile(chat.nick, { store, posts: dchat.posts, key: identity.key })
    this.#profile = profile
    this.#dchat = dchat
    this.#rpc = this.#makeRpc({ dchat, privateChat, store, identity, profile, highlights, isKeyLost }, control)
    this.#metrics = daemonMetrics({
      logger,
      p2p: dchat.p2p,
      posts: dchat.posts,
      privateChat,
      mirror: dchat.mirror.counts,
      store,
      rpc: this.#rpc,
      subscriptions: this.#subscriptions,
    })
    this.#events?.start()
    enter('rpc')
    await this.#rpc.start()
    enter('address-file')
    this.#tellAddresses(this.#rpc.addresses.map(formatRpcAddress))
    if (this.#isStopping) return
    this.#running = dchat.start()
    privateChat.start()
    profile.keep()
    this.#running.catch((error: unknown) => control.fail(error))
  }

  /**
   * Takes over what can change while the daemon runs, and names in the log each key that cannot.
   * @throws {FlagError} when the log file cannot be opened: nothing has changed then
   */
  async reload(config: DchatdConfig): Promise<void> {
    const { logger } = this.#deps
    const before = this.#current
    await withLogOf(logger, { before: before.log, after: config.log }, async () => {
      await this.#rpc?.reload(config.rpc)
      await this.#dchat?.reload(chatOptions(config))
    })
    this.#store?.setBounds(config.store)
    this.#current = config
    for (const warning of config.warnings) logger.warn(warning)
    reportChanges(logger, { started: this.#config, before, after: config })
  }

  /** One line for the service manager. */
  status(): string {
    const { p2p } = this.#dchat ?? {}
    return p2p === undefined ? 'Starting' : `${p2p.state === 'run' ? 'Running' : 'Asking the seeds'}, ${p2p.peerCount} peers`
  }

  /** Whether the store can be read: whoever asks is answered by the event loop itself. */
  isHealthy(): boolean {
    try {
      this.#store?.history({ limit: 1 })
      return true
    } catch (error) {
      this.#deps.logger.error('The message store cannot be read', { error })
      return false
    }
  }

  /** Ends what `start` began, in any state. */
  async stop(): Promise<void> {
    this.#isStopping = true
    await this.#privateChat?.stop()
    await this.#dchat?.stop()
    await this.#running.catch(() => {}) // `control.fail` was told
    await this.#rpc?.stop()
    this.#events?.stop()
    this.#addressFile?.remove()
    await this.#store?.close()
    this.#lock?.release()
  }

  /** For people in the log, for clients in a file: with port 0 nobody could know otherwise. */
  #tellAddresses(addresses: readonly string[]): void {
    const { logger } = this.#deps
    const { addressPath } = this.#config.paths
    logger.info('RPC listens', { addresses: addresses.join(' ') })
    try {
      this.#addressFile = writeAdvisoryFile(addressPath, `${addresses.join('\n')}\n`, 0o600)
    } catch (error) {
      logger.warn('The RPC addresses could not be noted for clients', { file: addressPath, error })
    }
  }

  #makePrivateChat(parts: Pick<PrivateChatDeps, 'store' | 'posts' | 'identity' | 'ring'>): PrivateChat {
    const { clock, logger } = this.#deps
    const { boxKeysPath } = this.#config.paths
    this.#privateChat = new PrivateChat({ ...parts, boxKeysPath, clock, logger: logger.child('chat') })
    return this.#privateChat
  }

  #openStore(ring: RoomKeyRing): MessageStore {
    const { clock, logger } = this.#deps
    const { paths, store } = this.#config
    this.#store = openStore({
      path: paths.storePath,
      maxBytes: store.maxBytes,
      maxAgeDays: store.maxAgeDays,
      foldNick,
      reveal: revealer(ring),
      isMention: (text) => this.#highlights?.areIn(text, this.#profile?.nick ?? null) ?? false,
      isClockConfirmed: () => this.#dchat?.p2p.isClockConfirmed ?? false,
      clock,
      logger: logger.child('store'),
    })
    return this.#store
  }

  #makeRpc(
    parts: Pick<BackendDeps, 'dchat' | 'privateChat' | 'store' | 'identity' | 'profile' | 'highlights' | 'isKeyLost'>,
    control: DaemonControl,
  ): RpcService {
    const { clock } = this.#deps
    const logger = this.#deps.logger.child('rpc')
    const { rpc, paths } = this.#config
    const backend = makeBackend({
      ...parts,
      clock,
      logger,
      setLogLevel: (level, module) => this.#deps.logger.setLevel(level, module),
      metrics: () => this.#metrics!.text(),
      requestStop: () => control.requestStop('node.stop'),
    })
    this.#events = backend.events
    const methods = createMethods({ backend, clock, logger, subscriptionCounts: this.#subscriptions })
    for (const warning of tokenWarnings(rpc.tokens, namesOf(methods))) logger.warn(warning)
    return new RpcService({
      settings: rpc,
      paths,
      methods,
      probes: { readiness: () => readinessOf([parts.dchat.p2p], this.#isStopping) },
      page: netPage,
      clock,
      logger,
      serverInfo: { name: 'dchatd', version: VERSION },
    })
  }
}

function namesOf(methods: MethodTable): string[] {
  return methods.map(({ spec }) => spec.name)
}

function chatOptions({ settings, chat }: DchatdConfig): DchatOptions {
  return { settings, rateLimit: chat.rateLimit, keep: chat.keep }
}
