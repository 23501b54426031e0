/** lilith in a description: its man page is printed from it. */
import { describeKeys } from '@dchat/config'
import { describeDaemon } from '@dchat/daemon'
import type { ProgramDescription } from '@dchat/manual'
import { EXAMPLE_NETWORK, LILITH_HELP } from './command-line.ts'
import { LILITH_SECTIONS } from './keys.ts'

export function describeLilith(): ProgramDescription {
  return describeDaemon(LILITH_HELP, {
    text: `Tells the nodes of a network about each other: it answers everybody, asks whether those it heard of are there, and looks for nobody. It can
serve several networks at once, each with its own list of hosts. It keeps no messages.

Its configuration, lilith.toml in the configuration folder of the user or below \`--home\`, needs at least one network:

${EXAMPLE_NETWORK.map((line) => `  ${line}`).join('\n')}`,
    sections: describeKeys(LILITH_SECTIONS),
  })
}
