/** The program: flags, configuration, log, and the seeds until a signal. Exit codes: see `--help`. */
import { dirname } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { createLogger, reloadError, reportStartError, runDaemon } from '@dchat/daemon'
import type { DaemonControl, DaemonLogger } from '@dchat/daemon'
import { formatRpcAddress } from '@dchat/rpc'
import type { RpcAddress } from '@dchat/rpc'
import { createRpcServer, writeCookie } from '@dchat/rpc-server'
import type { CookieFile, RpcServer } from '@dchat/rpc-server'
import { makeFolder, SystemClock } from '@dchat/system'
import { lilithHelp, loadLilithConfig, parseLilithFlags } from './config.ts'
import type { LilithConfig, LilithFlags } from './config.ts'
import { Lilith } from './lilith.ts'
import { checkSameNetworks } from './same-networks.ts'
import { createMethods } from './rpc-methods.ts'

/** Equals package.json. */
const VERSION = '0.1.0'
const OWNER_ONLY = 0o077

class SeedDaemon {
  readonly #config: LilithConfig
  readonly #logger: DaemonLogger
  readonly #lilith: Lilith
  #cookie: CookieFile | undefined
  #rpc: RpcServer | undefined
  #running: Promise<void> = Promise.resolve()

  constructor(config: LilithConfig, logger: DaemonLogger) {
    this.#config = config
    this.#logger = logger
    this.#lilith = new Lilith(config, { clock: new SystemClock(), logger: logger.child('net') })
  }

  async start(control: DaemonControl): Promise<void> {
    for (const { settings, datastore } of this.#config.networks) {
      makeFolder(datastore)
      makeFolder(dirname(settings.hostlistPath!))
    }
    this.#rpc = this.#makeRpc()
    await this.#rpc.start()
    this.#logger.info('RPC listens', { addresses: this.#rpc.addresses.map(formatRpcAddress).join(' ') })
    this.#running = this.#lilith.run()
    this.#running.catch((error: unknown) => control.fail(error))
  }

  /**
   * Takes over the settings of all networks from `config`, or of none; the rest of it holds from the next start.
   * @throws {ConfigError} naming what cannot change while the seeds are there
   */
  async reload(config: LilithConfig): Promise<void> {
    const { configFile } = config.paths
    checkSameNetworks(this.#config, config)
    await this.#lilith.reload(config, (error, network) =>
      reloadError(error, configFile, { path: ['network', network], names: { inbound: 'accept_addrs' } }),
    )
    for (const warning of config.warnings) this.#logger.warn(warning)
    if (!isDeepStrictEqual(config.rpc, this.#config.rpc))
      this.#logger.warn('Changes of these tables hold from the next start', { tables: 'rpc' })
  }

  /** For the service manager. */
  status(): string {
    return this.#lilith.status()
  }

  async stop(): Promise<void> {
    await this.#lilith.stop()
    await this.#running.catch(() => {}) // `control.fail` was told
    await this.#rpc?.stop()
    this.#cookie?.remove()
  }

  #makeRpc(): RpcServer {
    const { rpc, paths } = this.#config
    const logger = this.#logger.child('rpc')
    const listen: RpcAddress[] = rpc.listen === undefined ? [] : [rpc.listen]
    if (rpc.socketPath !== undefined) {
      makeFolder(dirname(rpc.socketPath))
      listen.push({ kind: 'unix', path: rpc.socketPath })
    }
    if (listen.some(({ kind }) => kind === 'tcp')) this.#cookie = writeCookie(paths.cookiePath)
    return createRpcServer({
      listen,
      methods: createMethods(this.#lilith, this.#logger),
      ...(this.#cookie === undefined ? {} : { auth: { cookie: this.#cookie.cookie, cookiePath: this.#cookie.path } }),
      rpcCompat: rpc.compat,
      allowedHosts: rpc.allowedHosts,
      allowedOrigins: rpc.allowedOrigins,
      disabledMethods: rpc.disabledMethods,
      logger,
      serverInfo: { name: 'lilith', version: VERSION },
    })
  }
}

function run(flags: LilithFlags): Promise<void> {
  const config = loadLilithConfig(flags)
  const logger = createLogger({ file: config.log.file, verbosity: config.log.verbosity })
  for (const warning of config.warnings) logger.warn(warning)
  const daemon = new SeedDaemon(config, logger)
  return runDaemon({
    start: (control) => daemon.start(control),
    stop: () => daemon.stop(),
    reload: async () => daemon.reload(loadLilithConfig(flags)),
    reopenLog: () => logger.reopen(),
    status: () => daemon.status(),
    pidFile: flags['pid-file'],
    log: logger,
  })
}

process.umask(OWNER_ONLY)
try {
  const flags = parseLilithFlags(process.argv.slice(2))
  if (flags.help) process.stdout.write(lilithHelp())
  else if (flags.version) process.stdout.write(`lilith ${VERSION}\n`)
  else await run(flags)
} catch (error) {
  process.exitCode = reportStartError('lilith', error)
}
