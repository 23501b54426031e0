import { ListedLines } from '../commands/command-context.ts'
import type { CommandContext } from '../commands/command-context.ts'
import { keptSettings } from './kept-settings.ts'

/** What commands work with: what `given` leaves out does nothing, and settings are kept in memory. */
export function aCommandContext(
  given: Pick<CommandContext, 'session' | 'state' | 'print'> & Partial<CommandContext>,
): CommandContext {
  return {
    settings: keptSettings().keeper,
    show: () => {},
    ask: () => {},
    sayYes: async () => false,
    listed: new ListedLines(),
    factsChanged: () => {},
    hear: () => {},
    onNick: () => {},
    copy: () => null,
    showResults: async () => {},
    help: () => {},
    frames: () => null,
    now: () => 0,
    clear: () => {},
    quit: () => {},
    ...given,
  }
}
