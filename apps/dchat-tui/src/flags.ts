/** The command line: flags, help, version. */
import { parseArgs } from 'node:util'
import { commandHelp } from './commands/help-text.ts'

export const VERSION = '0.1.0'

export interface Flags {
  readonly home?: string
  readonly rpc?: string
  readonly cookieFile?: string
  readonly plain: boolean
  readonly altScreen: boolean
}

export type ParsedFlags =
  | { readonly kind: 'run'; readonly flags: Flags }
  | { readonly kind: 'print'; readonly text: string }
  | { readonly kind: 'usage'; readonly text: string }

const OPTIONS = {
  home: { type: 'string' },
  rpc: { type: 'string' },
  'cookie-file': { type: 'string' },
  plain: { type: 'boolean' },
  'no-alt-screen': { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean', short: 'V' },
} as const

/** What `args` (without node and script) ask for. */
export function parseFlags(args: readonly string[]): ParsedFlags {
  let values: ReturnType<typeof parse>['values']
  try {
    ;({ values } = parse(args))
  } catch (error) {
    return {
      kind: 'usage',
      text: `dchat-tui: ${firstSentence((error as Error).message)}${nearestFlag(args)}\nTry dchat-tui --help`,
    }
  }
  if (values.help === true) return { kind: 'print', text: helpText() }
  if (values.version === true) return { kind: 'print', text: `dchat-tui ${VERSION}` }
  const flags: Flags = {
    plain: values.plain === true,
    altScreen: values['no-alt-screen'] !== true,
    ...(values.home === undefined ? {} : { home: values.home }),
    ...(values.rpc === undefined ? {} : { rpc: values.rpc }),
    ...(values['cookie-file'] === undefined ? {} : { cookieFile: values['cookie-file'] }),
  }
  return { kind: 'run', flags }
}

// oxlint-disable-next-line typescript/explicit-function-return-type -- the type follows from OPTIONS
function parse(args: readonly string[]) {
  return parseArgs({ args: [...args], options: OPTIONS, allowPositionals: false, strict: true })
}

function firstSentence(message: string): string {
  return message.split('. ')[0]!.replace(/\.$/u, '')
}

/** Names the flag that an unknown one begins like. */
function nearestFlag(args: readonly string[]): string {
  const unknown = args.find((arg) => arg.startsWith('--') && !(arg.slice(2).split('=')[0]! in OPTIONS))
  if (unknown === undefined) return ''
  const letters = unknown.slice(2, 5)
  const near = Object.keys(OPTIONS).find((name) => letters.length >= 2 && name.startsWith(letters.slice(0, 2)))
  return near === undefined ? '' : `; did you mean --${near}?`
}

export function helpText(): string {
  return `Usage: dchat-tui [options]

Chat in the terminal through a running dchatd. Type and press Enter; /help shows commands and keys.
When input or output is no terminal, it reads and prints lines instead (--plain).

Options:
      --home DIR          folder of dchatd's files, when it was started with --home
      --rpc ADDRESS       where dchatd answers: unix:///path or tcp://host:port
                          (default: DCHAT_RPC, else the Unix socket of the home)
      --cookie-file FILE  cookie for a TCP address (default: the one in the home)
      --plain             lines only, for pipes and screen readers
      --no-alt-screen     draw on the normal screen; the last view stays when you leave
  -h, --help              show this help
  -V, --version           show the version

Commands:
${commandHelp().join('\n')}

Environment:
  DCHAT_HOME, DCHAT_RPC   as --home and --rpc
  NO_COLOR, FORCE_COLOR   no colours, colours
  TERM                    dumb: lines only; linux: ASCII marks
  INK_SCREEN_READER=true  as --plain

Exit codes of the line mode: 0 all sent, 1 dchatd refused a line or command, 2 wrong usage, 3 dchatd not reached.

Examples:
  dchat-tui
  dchat-tui --rpc tcp://127.0.0.1:51054
  echo hello | dchat-tui
`
}
