/** A daemon that stands still, as one that is stopped or swapped out does: what its user sees, and what becomes of what he types. */
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { CALL_TIMEOUT_MS, POLL_MS } from '../src/limits.ts'
import { Person } from './people.ts'

const AWAY = /daemon away|did not answer/u

/** Somebody who has said "before" to nobody: further lines are held without a question. */
async function talker(): Promise<Person> {
  const ann = await Person.called('ann')
  ann.enters('before')
  await ann.sees('hold it until somebody is')
  ann.screen.type('\r')
  await ann.sees('│ before ⌛')
  return ann
}

async function says(ann: Person, text: string): Promise<void> {
  ann.enters(text)
  await ann.sees(`│ ${text}`)
}

async function stored(ann: Person): Promise<string[]> {
  return (await ann.asks('chat.history', {})).messages.map(({ text }) => text)
}

test('a standstill within the limit of the link passes without a word', async () => {
  await using ann = await talker()
  ann.daemon.signal('SIGSTOP')
  await says(ann, 'meanwhile')
  await sleep(POLL_MS * 2)
  ann.daemon.signal('SIGCONT')
  await ann.sees('│ meanwhile ⌛')
  expect(ann.screen.output).not.toMatch(AWAY)
  expect(await stored(ann)).toEqual(['before', 'meanwhile'])
})

test('one beyond it is said; what is typed stays, what was sent is stored once, and the link comes back by itself', async () => {
  await using ann = await talker()
  const { daemon, screen } = ann
  daemon.signal('SIGSTOP')
  await says(ann, 'at once')
  await sleep(POLL_MS + 500) // by then the link has asked something that it gives up before the lines that follow
  for (const text of ['meanwhile', 'and more']) await says(ann, text)
  expect(screen.output).not.toMatch(AWAY)
  await ann.sees(new RegExp(String.raw`did not answer\s+\S+\s+within\s+${CALL_TIMEOUT_MS} ms`, 'u'))
  await ann.sees('daemon away')
  screen.type('typed to nobody')
  await ann.sees('> typed to nobody')
  screen.type('\r')
  await ann.sees('the line stays here until it is back')

  daemon.signal('SIGCONT')
  await screen.shows(
    ({ text }) => text.includes('daemon ok') && text.includes('and more ⌛') && text.includes('> typed to nobody'),
  )
  expect(screen.terminal.text).not.toContain('not confirmed')
  expect(await stored(ann)).toEqual(['before', 'at once', 'meanwhile', 'and more'])
  screen.type('\r')
  await ann.sees('│ typed to nobody ⌛')
})
