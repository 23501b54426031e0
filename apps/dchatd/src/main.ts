/** The program: flags, configuration, log, and a daemon until a signal. Exit codes: see `--help`. */
import { createLogger, reportStartError, runDaemon } from '@dchat/daemon'
import { SystemClock } from '@dchat/system'
import { dchatdHelp, loadDchatdConfig, parseDchatdFlags, reloadDchatdConfig } from './config/index.ts'
import type { DchatdFlags } from './config/index.ts'
import { Daemon } from './daemon.ts'
import { VERSION } from './version.ts'

/** Everything this program writes is for its user alone. */
const OWNER_ONLY = 0o077

function run(flags: DchatdFlags): Promise<void> {
  const config = loadDchatdConfig(flags)
  const logger = createLogger({ file: config.log.file, verbosity: config.log.verbosity })
  for (const warning of config.warnings) logger.warn(warning)
  if (config.isFirstRun) logger.info('Configuration written', { file: config.paths.configFile })
  const daemon = new Daemon(config, { clock: new SystemClock(), logger })
  return runDaemon({
    start: (control) => daemon.start(control),
    stop: () => daemon.stop(),
    reload: async () => daemon.reload(reloadDchatdConfig(flags, config)),
    reopenLog: () => logger.reopen(),
    status: () => daemon.status(),
    isHealthy: () => daemon.isHealthy(),
    pidFile: flags['pid-file'],
    log: logger,
  })
}

process.umask(OWNER_ONLY)
try {
  const flags = parseDchatdFlags(process.argv.slice(2))
  if (flags.help) process.stdout.write(dchatdHelp())
  else if (flags.version) process.stdout.write(`dchatd ${VERSION}\n`)
  else await run(flags)
} catch (error) {
  process.exitCode = reportStartError('dchatd', error)
}
