/** The command line of lilith. */
import { flagsOfKeys } from '@dchat/config'
import type { FlagTable } from '@dchat/config'
import { COMMON_FLAGS, ExitCode, REPORT_VERBS, helpText, parseCommand, verbHelp } from '@dchat/daemon'
import type { CommandLine, HelpOptions, VerbSpec } from '@dchat/daemon'
import { LILITH_SECTIONS } from './keys.ts'

const VERBS: Readonly<Record<string, VerbSpec>> = {
  run: { help: 'Run the seeds in the foreground' },
  ...REPORT_VERBS,
}

/** Flags that win over keys, but for those that every daemon has. */
const KEY_FLAGS: FlagTable = Object.fromEntries(
  Object.entries(flagsOfKeys(LILITH_SECTIONS)).filter(([name]) => !Object.hasOwn(COMMON_FLAGS, name)),
)

export type LilithCommand = CommandLine<typeof COMMON_FLAGS>
export type LilithFlags = LilithCommand['flags']

/** @throws {FlagError} */
export function parseLilithCommand(args: readonly string[]): LilithCommand {
  return parseCommand(args, { flags: { ...KEY_FLAGS, ...COMMON_FLAGS }, verbs: VERBS, usualVerb: 'run' })
}

/** A network as the configuration has it. */
export const EXAMPLE_NETWORK: readonly string[] = [
  '[network."dchatd"]',
  'accept_addrs = ["tcp://0.0.0.0:26661"]',
  'hostlist = "~/lilith/dchatd/hostlist.tsv"',
  'datastore = "~/lilith/dchatd"',
  'magic_bytes = [217, 239, 182, 125]',
]

/** What help is made of, for the man page too. */
export const LILITH_HELP: HelpOptions = {
  program: 'lilith',
  summary: 'a seed node: tells the nodes of a network about each other',
  verbs: VERBS,
  usualVerb: 'run',
  groups: { General: COMMON_FLAGS, 'RPC (these win over variables and the configuration file)': KEY_FLAGS },
  examples: [
    ['lilith -c /etc/dchat/lilith.toml', 'Serve the networks of this file.'],
    ['lilith --home /srv/lilith -v', 'Read /srv/lilith/lilith.toml and log at debug level.'],
  ],
  notes: [
    'A network in the configuration file:',
    ...EXAMPLE_NETWORK.map((line) => `  ${line}`),
    '',
    'Keys of [rpc] and [log] can be variables too: rpc.rpc_listen is DCHAT_RPC_RPC_LISTEN.',
  ],
  exitCodes: [
    [ExitCode.ok, 'stopped'],
    [ExitCode.failure, 'failure or no network'],
    [ExitCode.usage, 'configuration or usage'],
    [ExitCode.bind, 'address in use'],
    [ExitCode.locked, 'datastore locked'],
    [ExitCode.data, 'data unusable'],
    [ExitCode.interrupted, 'a second SIGINT came while it stopped'],
  ],
}

/** What `--help` prints. @param verb as given, undefined for the whole program */
export function lilithHelp(verb?: string): string {
  return verb === undefined ? helpText(LILITH_HELP) : verbHelp(LILITH_HELP, verb)
}
