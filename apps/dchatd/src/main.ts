/** The program: what the command line asks for. Exit codes: see `--help`. */
import { ExitCode, reportStartError } from '@dchat/daemon'
import { dchatdHelp, parseDchatdCommand } from './config/index.ts'
import type { DchatdCommand } from './config/index.ts'
import { run } from './verbs/run.ts'

/** What is needed for nothing but one verb is loaded with it. */
async function perform(command: DchatdCommand): Promise<ExitCode | undefined> {
  switch (command.verb) {
    case 'init':
      return (await import('./verbs/init.ts')).init(command.flags)
    case 'check':
      return (await import('./verbs/check.ts')).check(command.flags)
    case 'paths':
      return (await import('./verbs/paths.ts')).paths(command.flags)
    case 'version':
      return (await import('./verbs/version.ts')).version(command.flags)
    case 'completion':
      return (await import('./verbs/completion.ts')).completion(command)
    case 'token':
      return (await import('./verbs/token.ts')).token(command)
    default:
      await run(command.flags)
      return undefined
  }
}

try {
  const args = process.argv.slice(2)
  const command = parseDchatdCommand(args)
  if (command.flags.help) process.stdout.write(dchatdHelp(args.includes(command.verb) ? command.verb : undefined))
  else if (command.flags.version) await perform({ ...command, verb: 'version' })
  else process.exitCode = await perform(command)
} catch (error) {
  process.exitCode = reportStartError('dchatd', error)
}
