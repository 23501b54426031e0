/** The command line of dchatd: verbs, the reference's flags, and ours. */
import { flagsOfKeys } from '@dchat/config'
import type { FlagTable } from '@dchat/config'
import { COMMON_FLAGS, ExitCode, REPORT_VERBS, helpText, parseCommand, verbHelp } from '@dchat/daemon'
import type { CommandLine, HelpOptions, VerbSpec } from '@dchat/daemon'
import { DCHATD_SECTIONS } from './keys.ts'

/** What dchatd can be told to do. */
export const DCHATD_VERBS: Readonly<Record<string, VerbSpec>> = {
  run: { help: 'Run the daemon in the foreground; the first run writes a commented configuration' },
  init: { help: 'Write the commented configuration without running' },
  ...REPORT_VERBS,
  completion: { help: 'Print the completion script of bash, zsh or fish', argument: 'SHELL' },
  token: {
    help: 'Make a token for a program, and print the table that lets it in',
    argument: 'NAME',
    flags: {
      methods: { kind: 'list', value: 'LIST', help: 'What it may ask: names, prefix.*, * or readonly (default readonly)' },
    },
  },
}

const COMMAND = { flags: COMMON_FLAGS, verbs: DCHATD_VERBS, usualVerb: 'run' }

/** Flags that win over keys, but for those that every daemon has. */
const KEY_FLAGS: FlagTable = Object.fromEntries(
  Object.entries(flagsOfKeys(DCHATD_SECTIONS)).filter(([name]) => !Object.hasOwn(COMMON_FLAGS, name)),
)

export type DchatdCommand = CommandLine<typeof COMMON_FLAGS>
export type DchatdFlags = DchatdCommand['flags']

/**
 * @param args without the program's name.
 * @throws {FlagError}
 */
export function parseDchatdCommand(args: readonly string[]): DchatdCommand {
  return parseCommand(args, { ...COMMAND, flags: { ...KEY_FLAGS, ...COMMON_FLAGS } })
}

/** What help is made of, for the man page too. */
export const DCHATD_HELP: HelpOptions = {
  program: 'dchatd',
  summary: 'the chat daemon: a node of the p2p network with a JSON-RPC interface',
  verbs: DCHATD_VERBS,
  usualVerb: 'run',
  groups: { General: COMMON_FLAGS, 'Network and RPC (these win over variables and the configuration file)': KEY_FLAGS },
  examples: [
    ['dchatd', 'Run with the configuration of this user; the first run writes a commented one.'],
    ['dchatd --seeds tcp://seed.example.org:26661', 'Join a network through its seed.'],
    ['dchatd --accept tcp://0.0.0.0:26662 --external-addrs tcp://203.0.113.7:26662', 'Let others connect to this node too.'],
    ['dchatd check --print', 'Show what the configuration comes to.'],
    ['dchatd token monitor --methods readonly,node.metrics', 'Let a program in that may do nothing but look.'],
    ['dchatd --home /tmp/alice --localnet --accept tcp://127.0.0.2:26663 --rpc-listen "" -v', 'Try it out beside another node.'],
  ],
  notes: [
    'Lists may be repeated or separated by commas. Every key of the file can be a variable too:',
    'net.seeds is DCHAT_NET_SEEDS. "dchatd VERB --help" has the flags of a verb.',
  ],
  exitCodes: [
    [ExitCode.ok, 'stopped'],
    [ExitCode.failure, 'failure'],
    [ExitCode.usage, 'configuration or usage'],
    [ExitCode.bind, 'address in use'],
    [ExitCode.locked, 'data folder locked'],
    [ExitCode.data, 'data unusable'],
    [ExitCode.interrupted, 'a second SIGINT came while it stopped'],
  ],
}

/** What `--help` prints. @param verb as given, undefined for the whole program */
export function dchatdHelp(verb?: string): string {
  return verb === undefined ? helpText(DCHATD_HELP) : verbHelp(DCHATD_HELP, verb)
}
