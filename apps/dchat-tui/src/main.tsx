/** Chooses the mode and loads only that: the line mode starts without the renderer. */
import { parseFlags } from './flags.ts'

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
  if (parsed.flags.plain || !canDrawScreens()) {
    const { runPlain } = await import('./plain/run-plain.ts')
    return await runPlain(parsed.flags)
  }
  const { runTui } = await import('./tui.tsx')
  return await runTui(parsed.flags)
}

/** Whether there is a terminal at both ends that takes more than lines, and a user who sees it. */
function canDrawScreens(): boolean {
  const isTerminal = process.stdin.isTTY && process.stdout.isTTY
  return isTerminal && process.env['TERM'] !== 'dumb' && process.env['INK_SCREEN_READER'] !== 'true'
}

process.exitCode = await main()
