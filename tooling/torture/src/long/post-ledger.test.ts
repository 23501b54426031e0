import type { Message } from '@dchat/rpc'
import { expect, test } from 'vitest'
import { Holdings, PostLedger } from './post-ledger.ts'

const lines = (...texts: string[]): Message[] => texts.map((text, index) => ({ seq: index + 1, text }) as Message)

function holding(ledger: PostLedger, ...texts: string[]): Holdings {
  const held = new Holdings(ledger)
  held.take(lines(...texts))
  return held
}

test('what is promised has to be with all it is for; what is not, with all or none', () => {
  const ledger = new PostLedger()
  const audience = new Set([0, 1])
  const [kept, lost, halved, refused] = ['a', 'b', 'c', 'd'].map((words) => ledger.saying(words, audience))
  for (const { number } of [kept!, lost!]) ledger.promise(number)
  const held = new Map([
    [0, holding(ledger, kept!.text, lost!.text, halved!.text)],
    [1, holding(ledger, kept!.text)],
  ])
  expect(ledger.compare(held)).toEqual({
    missing: [`${lost!.text} at node 1`],
    uneven: [halved!.text],
    doubled: [],
    strange: [],
  })
  expect([ledger.promised, ledger.owed, ledger.isEverywhere(held)]).toEqual([2, 4, false])
  held.get(1)!.take(lines(lost!.text, halved!.text))
  expect(ledger.isEverywhere(held)).toBe(true)
  expect(held.get(1)!.counts.has(refused!.number)).toBe(false)
})

test('twice, with other words, or at whom it is not for, it is told', () => {
  const ledger = new PostLedger()
  const { number, text } = ledger.saying('a', new Set([0]))
  ledger.promise(number)
  const held = new Map([
    [0, holding(ledger, text, text, 'line 0 b', 'line 7 c', 'somebody else')],
    [1, holding(ledger, text)],
  ])
  expect(ledger.compare(held)).toEqual({
    missing: [],
    uneven: [],
    doubled: [`${text} at node 0`],
    strange: ['line 0 b at node 0', 'line 7 c at node 0', `${text} at node 1`],
  })
})
