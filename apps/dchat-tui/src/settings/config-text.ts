/** tui.toml as `--print-config` prints it: every key with its default, in comments. */
import { commentedFile } from '@dchat/config'
import { TUI_SECTIONS } from './read-settings.ts'

const INTRO = [
  'Configuration of dchat-tui: keep it as tui.toml ("man tui.toml" says where). The program reads it at its start and never writes it.',
  'Take away the # of a key to set it: the values shown are the defaults. Variables (DCHAT_TUI_<KEY>), what /set has set, and flags win',
  'over this file; /set in the program shows what holds in the end, and why.',
]

/** Loading the text as it is gives the defaults. */
export function tuiConfigText(): string {
  return commentedFile(INTRO, TUI_SECTIONS)
}
