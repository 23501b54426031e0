/**
 * What a frame costs once so many messages have come: a program for the bench, which bundles it as the programs are. Its
 * arguments are the numbers of messages; prints a JSON array of `FrameCost`.
 */
import { render } from 'ink'
import { SystemClock } from '@dchat/system'
import { App } from '../components/App.tsx'
import { EMPTY_EDITOR, insertText } from '../input/editor.ts'
import { Store } from '../state/store.ts'
import { ScreenStream } from '../terminal/screen-stream.ts'
import { aContext, aMessage, aNode, aState, someMessages } from './builders.ts'

export interface FrameCost {
  readonly messages: number
  readonly medianMs: number
  readonly p99Ms: number
}

const FRAMES = 500
/** Not measured: the code is compiled meanwhile. */
const FIRST_FRAMES = 200
const SIZE = { columns: 120, rows: 40 }

async function frameCost(messages: number): Promise<FrameCost> {
  const stream = new ScreenStream({ isTTY: true, ...SIZE, write: (_data, done) => (done?.(), true) })
  const store = new Store(aState({ link: { at: 'ready' }, node: aNode(), screen: SIZE }))
  const app = <App store={store} context={aContext()} clock={new SystemClock()} env={{ TERM: 'xterm-256color' }} />
  const stdout = stream as unknown as NodeJS.WriteStream
  const instance = render(app, { stdout, interactive: true, alternateScreen: true, incrementalRendering: true, maxFps: 1_000 })
  for (let first = 1; first <= messages; first += 1_000) {
    store.dispatch({ type: 'live', messages: someMessages(first, Math.min(messages, first + 999)) })
  }
  await instance.waitUntilRenderFlush()
  const times: number[] = []
  for (let frame = 0; frame < FIRST_FRAMES + FRAMES; frame += 1) {
    const startMs = performance.now()
    const { editor } = store.state
    if (frame % 2 === 0) store.dispatch({ type: 'live', messages: [aMessage(messages + 1 + frame, { text: TEXT })] })
    else store.dispatch({ type: 'edited', editor: frame % 80 === 79 ? EMPTY_EDITOR : insertText(editor, 'x') })
    await instance.waitUntilRenderFlush()
    if (frame >= FIRST_FRAMES) times.push(performance.now() - startMs)
  }
  instance.unmount()
  times.sort((a, b) => a - b)
  return { messages, medianMs: times[FRAMES >> 1]!, p99Ms: times[Math.floor(FRAMES * 0.99)]! }
}

const TEXT = 'as long as what people say in a chat, which is seldom more than a hundred characters or so, 世界 👍🏽'

const costs: FrameCost[] = []
for (const messages of process.argv.slice(2)) costs.push(await frameCost(Number(messages)))
process.stdout.write(JSON.stringify(costs))
