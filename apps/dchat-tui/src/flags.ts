/** The command line: flags, help, version. */
import { parseArgs } from 'node:util'
import { programHelp } from '@dchat/manual'
import { nearestName } from '@dchat/system'
import { OPTIONS, describeTui } from './manual.ts'
import { tuiConfigText } from './settings/config-text.ts'
import { VERSION } from './version.ts'

export interface Flags {
  readonly home?: string
  readonly rpc?: string
  readonly cookieFile?: string
  readonly plain: boolean
  readonly altScreen: boolean
  readonly theme?: string
}

export type ParsedFlags =
  | { readonly kind: 'run'; readonly flags: Flags }
  | { readonly kind: 'print'; readonly text: string }
  | { readonly kind: 'usage'; readonly text: string }

/** What `args` (without node and script) ask for. */
export function parseFlags(args: readonly string[]): ParsedFlags {
  let values: Readonly<Record<string, string | boolean | undefined>>
  try {
    values = parseArgs({ args: [...args], options: PARSER_OPTIONS, allowPositionals: false, strict: true }).values
  } catch (error) {
    return {
      kind: 'usage',
      text: `dchat-tui: ${firstSentence((error as Error).message)}${nearestFlag(args)}\nTry dchat-tui --help`,
    }
  }
  if (values['help'] === true) return { kind: 'print', text: programHelp(describeTui()) }
  if (values['version'] === true) return { kind: 'print', text: `dchat-tui ${VERSION}` }
  if (values['print-config'] === true) return { kind: 'print', text: tuiConfigText().trimEnd() }
  const { home, rpc, theme, 'cookie-file': cookieFile } = values
  const flags: Flags = {
    plain: values['plain'] === true,
    altScreen: values['no-alt-screen'] !== true,
    ...(typeof home === 'string' ? { home } : {}),
    ...(typeof rpc === 'string' ? { rpc } : {}),
    ...(typeof cookieFile === 'string' ? { cookieFile } : {}),
    ...(typeof theme === 'string' ? { theme } : {}),
  }
  return { kind: 'run', flags }
}

const PARSER_OPTIONS = Object.fromEntries(
  OPTIONS.map(({ name, short, value }) => [
    name,
    { type: value === undefined ? ('boolean' as const) : ('string' as const), ...(short === undefined ? {} : { short }) },
  ]),
)

function firstSentence(message: string): string {
  return message.split('. ')[0]!.replace(/\.$/u, '')
}

/** Names the flag that an unknown one is most likely a slip of. */
function nearestFlag(args: readonly string[]): string {
  const names = OPTIONS.map(({ name }) => name)
  const typed = args.filter((arg) => arg.startsWith('--')).map((arg) => arg.slice(2).split('=')[0]!)
  const unknown = typed.find((name) => !names.includes(name))
  const near = unknown === undefined ? undefined : nearestName(unknown, names)
  return near === undefined ? '' : `; did you mean --${near}?`
}
