/** The screen: talk, hints, status bar, input, from top to bottom. */
import { Box } from 'ink'
import type { ReactElement } from 'react'
import type { Clock } from '@dchat/system'
import { useChatState } from '../hooks/use-chat-state.ts'
import { useFollow } from '../hooks/use-follow.ts'
import { usePalette } from '../hooks/use-palette.ts'
import { useMinuteTick } from '../hooks/use-minute-tick.ts'
import type { Store } from '../state/store.ts'
import { buildScreen } from '../view/screen.ts'
import type { ScreenContext } from '../view/screen.ts'
import { InputPane } from './InputPane.tsx'
import { PaletteContext } from './RowLine.tsx'
import { StatusArea } from './StatusArea.tsx'
import { TalkPane } from './TalkPane.tsx'

export interface AppProps {
  readonly store: Store
  readonly context: ScreenContext
  readonly clock: Clock
  /** Tells how many colours the terminal has. */
  readonly env: NodeJS.ProcessEnv
}

export function App({ store, context, clock, env }: AppProps): ReactElement {
  const state = useChatState(store)
  const screen = buildScreen(state, context)
  const palette = usePalette(state.settings, env)
  useMinuteTick(store, clock, screen.isTimeShown)
  useFollow(store, state, screen.view)
  return (
    <PaletteContext value={palette}>
      <Box flexDirection="column" width={state.screen.columns} height={state.screen.rows} overflow="hidden">
        <TalkPane rows={screen.talk} />
        <StatusArea hints={screen.hints} status={screen.status} />
        <InputPane rows={screen.input} cursor={screen.cursor} />
      </Box>
    </PaletteContext>
  )
}
