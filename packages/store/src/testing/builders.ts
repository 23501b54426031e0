/** Messages, stores and folders for tests. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { MemoryLogger, SystemClock } from '@dchat/system'
import type { NewMessage } from '../message.ts'
import type { MessageStore } from '../message-store.ts'
import { openStore } from '../open-store.ts'
import type { StoreOptions } from '../open-store.ts'

/** The Unix ms at which built messages were received unless they say otherwise: where a ManualClock stands first. */
export const RECEIVED_MS = 1_795_000_000_000

/** An unsigned line of another, with what is given instead. */
export function line(text: string, with_: Partial<NewMessage> = {}): NewMessage {
  return {
    id: null,
    room: 'dchat',
    kind: 'text',
    authorKey: null,
    nick: null,
    from: 'tcp://127.0.0.1:51000',
    text,
    time: null,
    received: RECEIVED_MS,
    own: false,
    delivery: null,
    ...with_,
  }
}

/** An own line that no peer has yet. */
export function ownLine(text: string, with_: Partial<NewMessage> = {}): NewMessage {
  return line(text, { from: null, own: true, delivery: { state: 'stored', written: 0, held: 0 }, ...with_ })
}

/** A signed post of another. */
export function post(text: string, id: string, with_: Partial<NewMessage> = {}): NewMessage {
  return line(text, { id, authorKey: 'ab'.repeat(32), nick: 'ann', from: null, time: RECEIVED_MS, ...with_ })
}

/** A folder of its own that is removed at the end of the scope. */
export function temporaryFolder(): { path: string; file: (name: string) => string } & Disposable {
  const path = mkdtempSync(join(tmpdir(), 'dchat-store-'))
  return { path, file: (name) => join(path, name), [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) }
}

/** A store in memory with the machine's clock, with what is given instead. */
export function testStore(options: Partial<StoreOptions> = {}): MessageStore {
  return openStore({ path: ':memory:', clock: new SystemClock(), logger: new MemoryLogger(), ...options })
}

/** Stores all of `messages` and waits for it. */
export async function fill(store: MessageStore, messages: readonly NewMessage[]): Promise<void> {
  for (const message of messages) store.add(message)
  await store.flush()
}

export function textsOf(messages: readonly NewMessage[]): string[] {
  return messages.map((message) => message.text)
}

/** All texts in order of storing. */
export function allTexts(store: MessageStore): string[] {
  const texts: string[] = []
  for (let since = 0; ;) {
    const page = store.history({ since, limit: 1000 })
    texts.push(...textsOf(page.messages))
    if (!page.more) return texts
    since = page.messages.at(-1)!.seq
  }
}
