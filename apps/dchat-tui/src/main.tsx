/** Chooses the mode and loads only that: the line mode starts without the renderer. */
import { ConfigError } from '@dchat/config'
import { sanitizeText } from '@dchat/system'
import { parseFlags } from './flags.ts'
import type { Flags } from './flags.ts'
import { loadSettings } from './settings/load-settings.ts'
import type { OwnSettings } from './settings/load-settings.ts'

async function main(): Promise<number> {
  const parsed = parseFlags(process.argv.slice(2))
  switch (parsed.kind) {
    case 'print':
      process.stdout.write(`${parsed.text}\n`)
      return 0
    case 'usage':
      process.stderr.write(`${parsed.text}\n`)
      return 2
    case 'run':
      break
  }
  const own = settingsOf(parsed.flags)
  if (own === null) return 2
  if (parsed.flags.plain || !canDrawScreens()) {
    const { runPlain } = await import('./plain/run-plain.ts')
    return await runPlain(parsed.flags, own)
  }
  const { runTui } = await import('./tui.tsx')
  return await runTui(parsed.flags, own)
}

/** Null, and a line on standard error, for what cannot be used: before anything is drawn. */
function settingsOf(flags: Flags): OwnSettings | null {
  try {
    return loadSettings(flags, process.env)
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    process.stderr.write(`dchat-tui: ${sanitizeText(error.message)}\n`)
    return null
  }
}

/** Whether there is a terminal at both ends that takes more than lines, and a user who sees it. */
function canDrawScreens(): boolean {
  const isTerminal = process.stdin.isTTY && process.stdout.isTTY
  return isTerminal && process.env['TERM'] !== 'dumb' && process.env['INK_SCREEN_READER'] !== 'true'
}

process.exitCode = await main()
