/** What commands do alike on the screen and in the line mode. */
import { ListedLines } from '../commands/command-context.ts'
import type { CommandContext } from '../commands/command-context.ts'
import type { Store } from '../state/store.ts'
import type { Questions } from './questions.ts'
import type { RoomSwitcher } from './room-switcher.ts'

export interface SharedCommandsDeps extends Pick<CommandContext, 'session' | 'settings' | 'factsChanged'> {
  readonly store: Store
  readonly switcher: RoomSwitcher
  readonly questions: Questions
}

export type SharedCommands = Pick<
  CommandContext,
  'session' | 'settings' | 'factsChanged' | 'state' | 'show' | 'sayYes' | 'listed' | 'hear' | 'onNick'
>

/** To be made once for a program: it keeps what the lists have numbered. */
export function sharedCommands(deps: SharedCommandsDeps): SharedCommands {
  const { store, switcher, questions, session, settings, factsChanged } = deps
  return {
    session,
    settings,
    factsChanged,
    state: () => store.state,
    show: (room) => switcher.show(room),
    sayYes: () => questions.sayYes(),
    listed: new ListedLines(),
    hear: (change) => store.dispatch({ type: 'hearing', ...change }),
    onNick: (nick) => {
      if (store.state.node !== null) store.dispatch({ type: 'node', node: { ...store.state.node, nick } })
    },
  }
}
