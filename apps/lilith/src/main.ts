/** The program: what the command line asks for. Exit codes: see `--help`. */
import { createLogger, ExitCode, explainFailure, failureReport, reportStartError, runDaemon } from '@dchat/daemon'
import { lilithHelp, parseLilithCommand } from './command-line.ts'
import type { LilithCommand, LilithFlags } from './command-line.ts'
import { loadLilithConfig } from './config.ts'
import { SeedDaemon } from './seed-daemon.ts'

function run(flags: LilithFlags): Promise<void> {
  const config = loadLilithConfig(flags)
  const logger = createLogger(config.log)
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
    explain: (error) => explainFailure(error, { inboundKey: 'accept_addrs', folderKey: 'datastore' }),
    report: failureReport('lilith', config.log.file),
  })
}

async function perform({ verb, flags }: LilithCommand): Promise<ExitCode | undefined> {
  if (verb === 'run') {
    await run(flags)
    return undefined
  }
  const reports = await import('./reports.ts')
  process.stdout.write(reports.reportOf(verb, flags))
  return ExitCode.ok
}

try {
  const args = process.argv.slice(2)
  const command = parseLilithCommand(args)
  if (command.flags.help) process.stdout.write(lilithHelp(args.includes(command.verb) ? command.verb : undefined))
  else if (command.flags.version) await perform({ ...command, verb: 'version' })
  else process.exitCode = await perform(command)
} catch (error) {
  process.exitCode = reportStartError('lilith', error)
}
