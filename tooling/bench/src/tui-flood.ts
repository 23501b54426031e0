/** 10,000 messages in 10 seconds from a peer, through a daemon onto a screen at which somebody types. */
import { RawPeer, chatFrame, frameBytes, loopbackHost } from '@dchat/e2e'
import { TuiProcess } from 'dchat-tui/e2e'
import type { BenchDaemon } from './bench-daemon.ts'
import { cpuMs, memoryMib } from './process-figures.ts'
import type { TuiRow } from './tui-bench.ts'

const MESSAGES = 10_000
const FLOOD_MS = 10_000
const STEP_MS = 10
/** Between two keys, of somebody who types fast. */
const KEY_MS = 97
/** Characters typed until the line is emptied. */
const LINE_CHARACTERS = 50

export async function floodRows(daemon: BenchDaemon): Promise<TuiRow[]> {
  await using tui = new TuiProcess({ home: daemon.home })
  await tui.showsText('daemon ok')
  const calm = await echoTimes(tui, 50)
  await using peer = await RawPeer.dial(await daemon.listenUrl(), loopbackHost())
  await peer.greet('dialer')
  const [cpuBefore, framesBefore, startMs] = [cpuMs(tui.pid), tui.frames, performance.now()]
  const sent = flood(peer)
  const times: number[] = []
  while (performance.now() - startMs < FLOOD_MS) times.push(...(await echoTimes(tui, 1)))
  const seconds = (performance.now() - startMs) / 1_000
  const [frames, cpu] = [tui.frames - framesBefore, cpuMs(tui.pid) - cpuBefore]
  await sent
  await tui.showsText(`message ${MESSAGES - 1} of`)
  const doneMs = performance.now() - startMs
  return [
    { label: 'echo of a key, nothing else going on: p50', value: at(calm, 0.5), unit: 'ms' },
    { label: 'echo of a key while 10,000 messages come in 10 s: p50', value: at(times, 0.5), unit: 'ms', aim: 50 },
    { label: 'echo of a key while 10,000 messages come in 10 s: p99', value: at(times, 0.99), unit: 'ms', aim: 50 },
    { label: 'frames a second meanwhile', value: frames / seconds, unit: '/s', aim: 61 },
    { label: 'of a core meanwhile', value: cpu / seconds / 10, unit: '%' },
    { label: 'the last of them is on screen after', value: doneMs / 1_000, unit: 's', aim: 10.5 },
    { label: 'peak memory', value: memoryMib(tui.pid, 'VmHWM') ?? NaN, unit: 'MiB', aim: 250 },
  ]
}

const words = (index: number): string => `message ${index} of the flood, 東京 👍🏽`

/** Sends them evenly, as far as the timers of a busy machine let it. */
async function flood(peer: RawPeer): Promise<void> {
  const startMs = performance.now()
  let [sent, heard] = [0, 0]
  while (sent < MESSAGES) {
    const due = Math.min(MESSAGES, Math.ceil(((performance.now() - startMs) / FLOOD_MS) * MESSAGES))
    for (; sent < due; sent += 1) peer.write(chatFrame(words(sent)))
    // Who answers no ping is gone after a while.
    const pings = peer.frames.slice(heard).filter(({ command }) => command === 'ping')
    for (const { payload } of pings) peer.write(frameBytes({ command: 'pong', payload }))
    heard = peer.frames.length
    await new Promise((resolve) => setTimeout(resolve, STEP_MS))
  }
}

/** From the key to the frame that has its character, for so many keys. */
async function echoTimes(tui: TuiProcess, keys: number): Promise<number[]> {
  const times: number[] = []
  const typed = (): string => tui.terminal.rows.at(-1)!
  for (let key = 0; key < keys; key += 1) {
    const before = typed()
    const isFull = before.length > LINE_CHARACTERS
    const startMs = performance.now()
    tui.type(isFull ? '\u0015' : 'x')
    await tui.shows(() => typed() !== before)
    times.push(performance.now() - startMs)
    await new Promise((resolve) => setTimeout(resolve, KEY_MS))
  }
  return times
}

function at(times: readonly number[], part: number): number {
  return times.toSorted((a, b) => a - b)[Math.min(times.length - 1, Math.floor(times.length * part))]!
}
