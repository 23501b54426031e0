/** `dchatd run`: configuration, log, and a daemon until a signal. */
import { createLogger, failureReport, runDaemon } from '@dchat/daemon'
import { SystemClock } from '@dchat/system'
import { loadDchatdConfig, reloadDchatdConfig } from '../config/index.ts'
import type { DchatdFlags } from '../config/index.ts'
import { Daemon } from '../daemon.ts'

/** @throws {ConfigError} {FlagError} when it cannot start; what goes wrong later ends the process. */
export function run(flags: DchatdFlags): Promise<void> {
  const config = loadDchatdConfig(flags)
  const logger = createLogger(config.log)
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
    report: failureReport('dchatd', config.log.file),
  })
}
