/**
 * `pnpm start`: daily use. Opens the chat of this user, which starts dchatd without a question where none runs. Leaving the chat leaves
 * dchatd running. `--home DIR` is passed on to both.
 */
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { runScreen } from './src/programs.ts'

const { values } = parseArgs({ args: process.argv.slice(2).filter((arg) => arg !== '--'), options: { home: { type: 'string' } } })
const homeArgs = values.home === undefined ? [] : ['--home', values.home]
/** As a shell takes it: the folder in quotes. */
const stopArgs = values.home === undefined ? '' : `--home '${resolve(values.home).replaceAll("'", String.raw`'\''`)}' `

process.env['DCHAT_TUI_START_DAEMON'] ??= 'yes'
process.exitCode = await runScreen(
  homeArgs,
  `dchatd keeps running. To stop it: npx -y pnpm@12 exec dchat-cli ${stopArgs}node.stop`,
)
