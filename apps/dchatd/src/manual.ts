/** dchatd and its configuration file in descriptions: completion and the man pages are printed from them. */
import { describeKeys } from '@dchat/config'
import { describeDaemon } from '@dchat/daemon'
import type { ProgramDescription, SectionDescription } from '@dchat/manual'
import { DCHATD_HELP } from './config/command-line.ts'
import { DCHATD_SECTIONS } from './config/keys.ts'

/** Shells for which `dchatd completion` has a script. */
export const SHELLS = ['bash', 'zsh', 'fish'] as const

export function describeDchatd(): ProgramDescription {
  return describeDaemon(DCHATD_HELP, {
    text: `A node of the p2p network that keeps what is said, and answers JSON-RPC on a Unix socket and on TCP. It stays in the foreground: a
service manager, or your terminal, is what keeps it running. People chat through it with dchat-tui, scripts with dchat-cli.

The first run writes a commented configuration and goes on; nothing that is there is ever changed. Flags win over variables of the
environment, those over the file, the file over the defaults. Lists may be repeated or separated by commas.`,
    sections: [
      {
        title: 'Signals',
        entries: [
          ['SIGINT, SIGTERM', 'Stop: what is accepted is stored and answered first. A second SIGINT ends it at once.'],
          ['SIGHUP', 'Read the configuration again and take over what can be changed while it runs, and reopen the log file.'],
        ],
      },
      {
        title: 'Environment',
        entries: [
          ['DCHAT_HOME', 'as `--home`'],
          ['DCHAT_SECTION_KEY', 'Every key of the file: `net.seeds` is `DCHAT_NET_SEEDS`. Lists are separated by commas.'],
          ['XDG_CONFIG_HOME, XDG_DATA_HOME, XDG_STATE_HOME, XDG_RUNTIME_DIR', 'where files are kept without `--home`'],
        ],
      },
      {
        title: 'Files',
        text: '`dchatd paths` prints them all. With `--home DIR` all are below DIR.',
        entries: [
          ['~/.config/dchat/dchatd.toml', 'The configuration: dchatd.toml(5).'],
          ['~/.local/share/dchat', 'The key, messages, known hosts, bans, and the lock that keeps a second dchatd out.'],
          ['~/.local/state/dchat', 'Logs.'],
          ['$XDG_RUNTIME_DIR/dchat', 'The Unix socket and the cookie.'],
        ],
      },
    ],
    words: { completion: SHELLS },
  })
}

/** dchatd.toml(5). */
export function describeDchatdToml(): { summary: string; sections: readonly SectionDescription[] } {
  const intro = `TOML 1.0. dchatd writes it at the first run, with every key in a comment, and never changes it. A key that is not there has its default,
unless a variable of the environment (\`net.seeds\`: \`DCHAT_NET_SEEDS\`) or a flag says otherwise. \`dchatd check\` says whether the
file can be used, with file and line of what cannot; \`dchatd check --print\` shows every value and where it comes from.

Times are in seconds, fractions allowed. Addresses are URLs such as \`tcp://host:port\`. Paths may begin with \`~/\`; a relative one is taken
from the folder of the file.

An unknown key at the top level, in \`[rpc]\` or in \`[net]\` is a warning, since files written for the reference hold keys that it ignores; in
our own tables it is an error.`
  return {
    summary: 'the configuration of dchatd',
    sections: [{ title: 'Description', text: intro }, ...describeKeys(DCHATD_SECTIONS)],
  }
}
