/** The seed put together: locks first, then the RPC, then the networks; taken down the other way round. */
import { dirname, join } from 'node:path'
import {
  enterStage,
  ownFolder,
  Metrics,
  netMetrics,
  processMetrics,
  readinessOf,
  reloadError,
  reportChanges,
  rpcMetrics,
  tokenWarnings,
  withLogOf,
} from '@dchat/daemon'
import type { DaemonControl, DaemonLogger } from '@dchat/daemon'
import { formatRpcAddress } from '@dchat/rpc'
import { RpcService } from '@dchat/rpc-server'
import { acquireLock } from '@dchat/store'
import type { DataLock } from '@dchat/store'
import { SystemClock } from '@dchat/system'
import type { LilithConfig } from './config.ts'
import { Lilith } from './lilith.ts'
import { createMethods } from './rpc-methods.ts'
import { checkSameNetworks } from './same-networks.ts'
import type { StartStage } from './start-stages.ts'
import { COMMIT, VERSION } from './version.ts'

/** In the datastore of each network: two seeds in one would write over each other's host list. */
const LOCK_FILE = 'lock.db'

/** One running lilith. */
export class SeedDaemon {
  /** As the daemon was started. */
  readonly #config: LilithConfig
  /** As it was read last. */
  #current: LilithConfig
  readonly #logger: DaemonLogger
  readonly #lilith: Lilith
  readonly #locks: DataLock[] = []
  #rpc: RpcService | undefined
  #metrics: Metrics | undefined
  #running: Promise<void> = Promise.resolve()
  #isStopping = false

  constructor(config: LilithConfig, logger: DaemonLogger) {
    this.#config = config
    this.#current = config
    this.#logger = logger
    this.#lilith = new Lilith(config, { clock: new SystemClock(), logger: logger.child('net') })
  }

  /** @throws {StoreError} when another seed has the folder of a network, {RpcServerError} when the RPC cannot listen; call `stop` then too */
  async start(control: DaemonControl): Promise<void> {
    const { networks } = this.#config
    const enter = (stage: StartStage): void => enterStage(this.#logger, stage)
    enter('folders')
    for (const folder of networks.flatMap(({ settings, datastore }) => [datastore, dirname(settings.hostlistPath!)]))
      ownFolder(folder)
    enter('locks')
    for (const { datastore } of networks) this.#locks.push(acquireLock(join(datastore, LOCK_FILE)))
    enter('rpc')
    this.#rpc = this.#makeRpc()
    this.#metrics = this.#makeMetrics(this.#rpc)
    await this.#rpc.start()
    this.#logger.info('RPC listens', { addresses: this.#rpc.addresses.map(formatRpcAddress).join(' ') })
    this.#running = this.#lilith.run()
    this.#running.catch((error: unknown) => control.fail(error))
  }

  /**
   * Takes over what can change while it runs, and names in the log each key that cannot.
   * @throws {ConfigError} naming what cannot change of a network while the seeds are there: then nothing has changed
   */
  async reload(config: LilithConfig): Promise<void> {
    const { configFile } = config.paths
    checkSameNetworks(this.#config, config)
    const before = this.#current
    await withLogOf(this.#logger, { before: before.log, after: config.log }, async () => {
      await this.#lilith.reload(config, (error, network) =>
        reloadError(error, configFile, { path: ['network', network], names: { inbound: 'accept_addrs' } }),
      )
      await this.#rpc?.reload(config.rpc)
    })
    this.#current = config
    for (const warning of config.warnings) this.#logger.warn(warning)
    reportChanges(this.#logger, { started: this.#config, before, after: config })
  }

  /** For the service manager. */
  status(): string {
    return this.#lilith.status()
  }

  async stop(): Promise<void> {
    this.#isStopping = true
    await this.#lilith.stop()
    await this.#running.catch(() => {}) // `control.fail` was told
    await this.#rpc?.stop()
    for (const lock of this.#locks) lock.release()
  }

  #makeMetrics({ counts }: RpcService): Metrics {
    return new Metrics([
      ...processMetrics({ build: { version: VERSION, commit: COMMIT ?? '' }, log: this.#logger }),
      ...netMetrics(this.#lilith.nodes),
      ...rpcMetrics(counts),
    ])
  }

  #makeRpc(): RpcService {
    const { rpc, paths } = this.#config
    const logger = this.#logger.child('rpc')
    const methods = createMethods(this.#lilith, this.#logger, () => this.#metrics!.text())
    const names = methods.map(({ spec }) => spec.name)
    for (const warning of tokenWarnings(rpc.tokens, names)) logger.warn(warning)
    return new RpcService({
      settings: rpc,
      paths,
      methods,
      probes: { readiness: () => readinessOf(this.#lilith.nodeStates(), this.#isStopping) },
      logger,
      serverInfo: { name: 'lilith', version: VERSION },
    })
  }
}
